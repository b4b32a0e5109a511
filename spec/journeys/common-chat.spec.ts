/** The common chat: there from the start, read by all, written to by users alone, so that each author can be answered. */
import { describe, expect, it } from "@jest/globals";
import { bearer } from "../support/ask.ts";
import { as } from "../support/people.ts";
import { startHouse } from "../support/house.ts";
import { expectProblem } from "../support/problems.ts";

const house = startHouse({ withSearch: false });
const { ask, client, people } = house;

const say = (message_content: string) => ({ message_content });

describe("the common chat", () => {
  it("is not written to without an identity, and not deleted", async () => {
    const { token, secret } = await client.anApplication();
    for (const path of ["chats/common", "chats/common/messages", "messages"]) {
      const post = (headers: Record<string, string>) => ask("POST", `/${token}/${path}`, say("x"), headers);
      expectProblem(await post({}), { status: 401, slug: "credential-missing" });
      expectProblem(await post(bearer(secret)), { status: 403, slug: "credential-wrong" });
    }
    expectProblem(await ask("DELETE", `/${token}/chats/common`, undefined, bearer(secret)), {
      status: 405,
      slug: "method-not-allowed",
    });
    expectProblem(await ask("PATCH", `/${token}/chats/common`, { chat_name: "x" }), { status: 401 });
    expectProblem(await ask("GET", `/${token}/chats/0/messages`), { status: 404, slug: "chat-not-found" });
  });

  it("is there, empty, from the first moment on", async () => {
    const { token, secret } = await client.anApplication();
    expect((await ask("GET", `/${token}/chats/common`)).body).toMatchObject({
      chat_number: "common",
      messages_count: 0,
    });
    expect((await ask("GET", `/${token}/messages`)).body).toEqual([]);
    expect((await ask("GET", `/${token}/chats/common/search?q=x`)).body).toEqual([]);
    expect((await ask("GET", `/${token}/chats`)).body).toEqual([]);
    const named = await ask("PATCH", `/${token}/chats/common`, { chat_name: "All" }, bearer(secret));
    expect(named.body).toMatchObject({ chat_number: "common", chat_name: "All" });
  });

  it("has one numbering for its three addresses, tells the sender, and lets a reader answer in private", async () => {
    const { token, secret } = await client.anApplication();
    const [ann, ben] = [await people.mint(token, secret, "ann"), await people.mint(token, secret, "ben")];
    const send = (path: string, content: string) => ask("POST", `/${token}/${path}`, say(content), as(ann));
    const first = await send("chats/common", "hello all");
    expect(first.body).toMatchObject({
      chat_number: "common",
      message_number: 1,
      sender: { user_number: 1 },
    });
    expect((await send("chats/common/messages", "two")).body).toMatchObject({ message_number: 2 });
    expect((await send("messages", "three")).body).toMatchObject({ message_number: 3 });
    for (const settle of [async () => undefined, house.world.drained]) {
      await settle();
      for (const path of ["chats/common/messages", "messages"]) {
        expect((await ask("GET", `/${token}/${path}`)).body).toMatchObject([
          { message_number: 1, message_content: "hello all", sender: { user_number: 1, username: "ann" } },
          { message_number: 2 },
          { message_number: 3 },
        ]);
      }
      expect((await ask("GET", `/${token}/chats/common/messages/3`)).body).toMatchObject({
        message_content: "three",
      });
      expect((await ask("GET", `/${token}/search?q=hello`)).body).toMatchObject([
        { chat_number: "common", number: 1 },
      ]);
    }
    expect((await ask("GET", `/${token}/chats/common/continuity`)).body).toMatchObject({
      chat_number: "common",
      head_number: 3,
      missing: [],
    });
    expectProblem(await ask("PATCH", `/${token}/messages/1`, say("forged"), as(ben)), { status: 403 });
    expect((await ask("PATCH", `/${token}/messages/1`, say("edited"), as(ann))).status).toBe(200);
    expect((await ask("POST", `/${token}/users/1/messages`, say("between us"), as(ben))).status).toBe(201);
    expect((await ask("GET", `/${token}`)).body).toMatchObject({ chats_count: 0 });
    expect(await client.aChat(token)).toBe(1);
  });
});
