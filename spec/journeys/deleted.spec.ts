/** Tombstones: what is deleted keeps its number for ever and answers 410, with everything under it. */
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { bearer, createAsk, type Ask, type Method, statusesOf } from "../support/ask.ts";
import { createClient, type Client } from "../support/client.ts";
import { expectProblem } from "../support/problems.ts";
import { startWorld, type World } from "../support/world.ts";

/** All of one length: jest would fill a missing last value with a callback of its own. */
type Row = [method: Method, path: string, body: object | undefined];
const name = { application_name: "x" };
const chatName = { chat_name: "x" };
const content = { message_content: "x" };

const underMessage: Row[] = [
  ["GET", "/chats/1/messages/1", undefined],
  ["PUT", "/chats/1/messages/1", content],
  ["PATCH", "/chats/1/messages/1", content],
  ["DELETE", "/chats/1/messages/1", undefined],
];
const underChat: Row[] = [
  ...underMessage,
  ["GET", "/chats/1/messages/99", undefined],
  ["GET", "/chats/1/messages", undefined],
  ["GET", "/chats/1/search?q=x", undefined],
  ["GET", "/chats/1/continuity", undefined],
  ["POST", "/chats/1", content],
  ["POST", "/chats/1/messages", content],
  ["GET", "/chats/1", undefined],
  ["PUT", "/chats/1", chatName],
  ["PATCH", "/chats/1", chatName],
  ["DELETE", "/chats/1", undefined],
];
const underApplication: Row[] = [
  ...underChat,
  ["GET", "/chats/99", undefined],
  ["POST", "/chats/99/messages", content],
  ["GET", "/chats", undefined],
  ["POST", "/chats", chatName],
  ["GET", "/search?q=x", undefined],
  ["POST", "/secret", undefined],
  ["GET", "", undefined],
  ["PUT", "", name],
  ["PATCH", "", name],
  ["DELETE", "", undefined],
];

let world: World;
let ask: Ask;
let client: Client;
beforeAll(async () => {
  world = await startWorld({ withSearch: false });
  ask = createAsk(world.url);
  client = createClient(world.url);
});
afterAll(() => world.stop());

/** An application with a chat of two messages. */
async function aParent(): Promise<{ token: string; secret: string }> {
  const application = await client.anApplication();
  const chat = await client.aChat(application.token);
  await client.send(application.token, chat, "first");
  await client.send(application.token, chat, "second");
  return application;
}

type Level = {
  slug: string;
  /** What is deleted, behind the token. */
  target: string;
  rows: Row[];
};
const levels: [what: string, level: Level][] = [
  ["message", { slug: "message-deleted", target: "/chats/1/messages/1", rows: underMessage }],
  ["chat", { slug: "chat-deleted", target: "/chats/1", rows: underChat }],
  ["application", { slug: "application-deleted", target: "", rows: underApplication }],
];

describe.each(levels)("a deleted %s", (_, { slug, target, rows }) => {
  let application: { token: string; secret: string };
  beforeAll(async () => {
    application = await aParent();
    const path = `/${application.token}${target}`;
    const { status, text } = await ask("DELETE", path, undefined, bearer(application.secret));
    expect([status, text]).toEqual([204, ""]);
  });

  describe.each([["at once"], ["when all is stored"]])("%s", (when) => {
    beforeAll(async () => {
      if (when !== "at once") await world.drained();
    });

    it.each(rows)("is 410 to %s …%s", async (method, path, body) => {
      const headers = bearer(application.secret);
      const reply = await ask(method, `/${application.token}${path}`, body, headers);
      expectProblem(reply, { status: 410, slug });
    });
  });

  it("is 410 also under If-Match and If-None-Match", async () => {
    const path = `/${application.token}${target}`;
    const headers = { ...bearer(application.secret), "If-Match": "*", "If-None-Match": '"0"' };
    expectProblem(await ask("GET", path, undefined, headers), { status: 410, slug });
    expectProblem(await ask("DELETE", path, undefined, headers), { status: 410, slug });
  });
});

describe("a delete", () => {
  it("comes right after the 201, at every level", async () => {
    const { token, secret } = await aParent();
    for (const path of [`/${token}/chats/1/messages/2`, `/${token}/chats/1`, `/${token}`]) {
      expect((await ask("DELETE", path, undefined, bearer(secret))).status).toBe(204);
      expect((await ask("GET", path)).status).toBe(410);
    }
  });

  it("of a message leaves its neighbours and does not give its number again", async () => {
    const { token } = await aParent();
    await ask("DELETE", `/${token}/chats/1/messages/2`);
    expect((await client.send(token, 1, "third")).body).toMatchObject({ message_number: 3 });
    const shown = await client.listAll(`/${token}/chats/1/messages`);
    expect(shown).toMatchObject([{ message_number: 1 }, { message_number: 3 }]);
    expect((await ask("GET", `/${token}/chats/1/search?q=second`)).body).toEqual([]);
  });

  it("of a chat leaves its neighbours and does not give its number again", async () => {
    const { token, secret } = await aParent();
    expect(await client.aChat(token)).toBe(2);
    await ask("DELETE", `/${token}/chats/2`, undefined, bearer(secret));
    expect(await client.aChat(token)).toBe(3);
    const shown = await client.listAll(`/${token}/chats`);
    expect(shown).toMatchObject([{ chat_number: 1 }, { chat_number: 3 }]);
    expect(await client.listAll(`/${token}/chats/1/messages`)).toHaveLength(2);
  });

  it("of an application takes it out of the list and leaves the others", async () => {
    const [gone, kept] = [await aParent(), await aParent()];
    await ask("DELETE", `/${gone.token}`, undefined, bearer(gone.secret));
    const tokens = (await client.listAll("?limit=200")).map((shown) => shown["application_token"]);
    expect(tokens).toContain(kept.token);
    expect(tokens).not.toContain(gone.token);
    expect((await client.send(kept.token, 1, "third")).body).toMatchObject({ message_number: 3 });
  });

  it("that several ask for at the same time is done once", async () => {
    const { token, secret } = await aParent();
    for (const path of [`/${token}/chats/1/messages/1`, `/${token}/chats/1`, `/${token}`]) {
      const replies = await Promise.all(
        [1, 2, 3, 4].map(() => ask("DELETE", path, undefined, bearer(secret))),
      );
      expect(statusesOf(replies)).toEqual([204, 410, 410, 410]);
    }
  });

  it("stays when every process is killed and started again", async () => {
    const { token, secret } = await aParent();
    await ask("DELETE", `/${token}/chats/1/messages/1`);
    await client.aChat(token);
    await ask("DELETE", `/${token}/chats/2`, undefined, bearer(secret));
    await Promise.all([world.killCreate(), world.killRead()]);
    await world.ready();
    expect((await ask("GET", `/${token}/chats/1/messages/1`)).status).toBe(410);
    expect((await ask("POST", `/${token}/chats/2`, content)).status).toBe(410);
    expect((await client.send(token, 1, "third")).body).toMatchObject({ message_number: 3 });
  });
});
