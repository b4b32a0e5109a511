/** Messages between two users: theirs alone. */
import { describe, expect, it } from "@jest/globals";
import { bearer, type Method } from "../support/ask.ts";
import { as, type Person } from "../support/people.ts";
import { startHouse } from "../support/house.ts";
import { expectProblem } from "../support/problems.ts";
import { upTo } from "../support/writers.ts";

const house = startHouse({ withSearch: false });
const { ask, client, people } = house;

const say = (message_content: string) => ({ message_content });

/** Three users of one application. */
async function three() {
  const { token, secret } = await client.anApplication();
  const [ann, ben, carl] = [
    await people.mint(token, secret, "ann", { display_name: "Ann" }),
    await people.mint(token, secret, "ben"),
    await people.mint(token, secret, "carl"),
  ];
  const users = `/${token}/users`;
  const send = (from: Person, to: Person, content: string, headers = {}) =>
    ask("POST", `${users}/${to.number}/messages`, say(content), { ...as(from), ...headers });
  const read = (who: Person, path: string) => ask("GET", `${users}/${path}`, undefined, as(who));
  return { token, secret, ann, ben, carl, users, send, read };
}
const contentsIn = (body: unknown): string[] =>
  (body as { message_content: string }[]).map(({ message_content }) => message_content);

describe("a message to a user", () => {
  it("takes a user's own token, another user, and a content", async () => {
    const { secret, ann, ben, users, send } = await three();
    const at = `${users}/${ben.number}/messages`;
    for (const method of ["POST", "GET"] as const) {
      const body = method === "POST" ? say("x") : undefined;
      expectProblem(await ask(method, at, body), { status: 401, slug: "credential-missing" });
      expectProblem(await ask(method, at, body, bearer(secret)), { status: 403, slug: "credential-wrong" });
    }
    expectProblem(await send(ann, ben, " "), { status: 422, pointer: "/message_content" });
    expectProblem(await send(ann, ann, "to myself"), { status: 422 });
    expectProblem(await ask("POST", `${users}/me/messages`, say("to myself"), as(ann)), { status: 405 });
    for (const number of ["9", "0", "01", "x"]) {
      const reply = await ask("POST", `${users}/${number}/messages`, say("x"), as(ann));
      expectProblem(reply, { status: 404, slug: "user-not-found" });
    }
  });

  it("is numbered in their conversation, from both sides, also when both begin it at once", async () => {
    const { ann, ben, carl, send, read } = await three();
    const replies = await Promise.all(
      upTo(20).map((i) => (i % 2 === 0 ? send(ann, ben, `a${i}`) : send(ben, ann, `b${i}`))),
    );
    const numbers = replies.map(({ body }) => (body as { message_number: number }).message_number);
    expect(numbers.toSorted((a, b) => a - b)).toEqual(upTo(20));
    expect(replies[1]?.body).toMatchObject({
      type: "message",
      user_number: ben.number,
      message_content: "a2",
      sender: { user_number: 1, username: "ann", display_name: "Ann" },
    });
    expect((await send(ann, carl, "another conversation")).body).toMatchObject({ message_number: 1 });
    for (const settle of [async () => undefined, house.world.drained]) {
      await settle();
      const [his, hers] = [await read(ben, "1/messages"), await read(ann, "2/messages")];
      expect(his.body).toEqual(hers.body);
      expect(contentsIn(his.body)).toHaveLength(20);
      expect((await read(ben, "1/messages?limit=2&order=desc")).body).toMatchObject([
        { message_number: 20 },
        { message_number: 19 },
      ]);
    }
  });

  it("is found, edited and deleted as in a chat, by its author alone, and sent once with a key", async () => {
    const { ann, ben, users, send, read } = await three();
    await send(ann, ben, "Die Straßenkarte");
    const key = { "Idempotency-Key": "once" };
    const [first, again] = [await send(ann, ben, "once", key), await send(ann, ben, "once", key)];
    expect([first.body, again.headers["idempotency-replayed"]]).toEqual([again.body, "true"]);
    expect((await send(ben, ann, "his own", key)).body).toMatchObject({ message_number: 3 });
    expect((await read(ben, "1/search?q=strasse")).body).toMatchObject([
      { number: 1, sender: { user_number: 1 } },
    ]);
    const at = (other: number) => `${users}/${other}/messages/1`;
    expectProblem(await ask("PATCH", at(1), say("forged"), as(ben)), {
      status: 403,
      slug: "credential-wrong",
    });
    expect((await ask("PATCH", at(2), say("edited"), as(ann))).status).toBe(200);
    expect((await ask("GET", at(1), undefined, as(ben))).body).toMatchObject({ message_content: "edited" });
    expect((await ask("DELETE", at(2), undefined, as(ann))).status).toBe(204);
    expectProblem(await ask("GET", at(1), undefined, as(ben)), { status: 410, slug: "message-deleted" });
    expectProblem(await read(ann, "2/messages/9"), { status: 404, slug: "message-not-found" });
    expect((await read(ann, "3/messages")).body).toEqual([]);
    expect((await read(ann, "3/search?q=x")).body).toEqual([]);
    expectProblem(await read(ann, "3/messages/1"), { status: 404, slug: "message-not-found" });
  });

  it("cannot be seen by anybody else, on any way", async () => {
    const { token, secret, ann, ben, carl, users, send } = await three();
    await send(ann, ben, "a secret");
    for (const settle of [async () => undefined, house.world.drained]) {
      await settle();
      for (const headers of [{}, as(carl), bearer(secret)]) {
        for (const path of [
          `/${token}/search?q=secret`,
          `/${token}/chats`,
          `/${token}/chats/common/messages`,
          `/${token}/chats/common/search?q=secret`,
        ]) {
          expect((await ask("GET", path, undefined, headers)).body).toEqual([]);
        }
        for (const path of ["chats/1", "chats/0", "chats/-1", "chats/1/messages", "chats/-1/messages"]) {
          expectProblem(await ask("GET", `/${token}/${path}`, undefined, headers), { status: 404 });
        }
      }
      // Neither is it found among what its two may read of the application.
      expect((await ask("GET", `/${token}/search?q=secret`, undefined, as(ann))).body).toEqual([]);
      for (const path of [
        "1/messages",
        "2/messages",
        "me/messages",
        "me/conversations",
        "1/search?q=secret",
      ]) {
        expect((await ask("GET", `${users}/${path}`, undefined, as(carl))).body).toEqual([]);
      }
      expect((await ask("GET", `/${token}`)).body).toMatchObject({ chats_count: 0 });
    }
  });
});

describe("all that somebody has of its conversations", () => {
  it("is listed newest first, in both directions, page by page", async () => {
    const { ann, ben, carl, send, read } = await three();
    for (const [from, to, content] of [
      [ann, ben, "1"],
      [ben, ann, "2"],
      [carl, ann, "3"],
      [ben, carl, "not hers"],
      [ann, ben, "4"],
      [ann, carl, "5"],
    ] as const) {
      await send(from, to, content);
      // Times are told to the millisecond.
      await new Promise((resolve) => setTimeout(resolve, 3));
    }
    for (const settle of [async () => undefined, house.world.drained]) {
      await settle();
      expect(contentsIn((await read(ann, "me/messages")).body)).toEqual(["5", "4", "3", "2", "1"]);
      const pages: string[] = [];
      for (let next = "me/messages?limit=2"; next !== "";) {
        const { body, headers } = await read(ann, next);
        pages.push(...contentsIn(body));
        next = /users\/([^>]+)>; rel="next"/.exec(headers["link"] ?? "")?.[1] ?? "";
      }
      expect(pages).toEqual(["5", "4", "3", "2", "1"]);
      expect((await read(ann, "me/messages?limit=1")).body).toMatchObject([{ user_number: carl.number }]);
      expect((await read(ann, "me/conversations")).body).toMatchObject([
        {
          user_number: 3,
          username: "carl",
          last_message: { message_content: "5", sender: { user_number: 1 } },
        },
        { user_number: 2, username: "ben", last_message: { message_content: "4" } },
      ]);
      expect((await read(ann, "me/conversations?limit=1")).headers["link"]).toMatch(/cursor=/);
    }
    expectProblem(await read(ann, "me/messages?cursor=x"), { status: 422, pointer: "/cursor" });
    expectProblem(await ask("GET", `/${(await client.anApplication()).token}/users/me/messages`), {
      status: 401,
    });
  });
});

describe("a block", () => {
  it("takes no messages from who is blocked, who is told no more than of a user who is not there", async () => {
    const { ann, ben, users, send, read } = await three();
    await send(ben, ann, "before");
    const block = (method: Method) => ask(method, `${users}/me/blocks/${ben.number}`, undefined, as(ann));
    expect((await block("PUT")).status).toBe(204);
    expect((await block("PUT")).status).toBe(204);
    expect((await read(ann, "me/blocks")).body).toMatchObject([{ user_number: 2, username: "ben" }]);
    await new Promise((resolve) => setTimeout(resolve, 1000));
    const refused = await send(ben, ann, "after");
    expectProblem(refused, { status: 404, slug: "user-not-found" });
    const missing = await ask("POST", `${users}/9/messages`, say("x"), as(ben));
    const text = (body: unknown) =>
      JSON.stringify({ ...(body as object), instance: "" }).replace(/user \d/, "user N");
    expect(text(refused.body)).toBe(text(missing.body));
    expectProblem(await send(ann, ben, "x"), { status: 403, slug: "user-blocked" });
    expect(contentsIn((await read(ben, "1/messages")).body)).toEqual(["before"]);
    const edit = await ask("PATCH", `${users}/1/messages/1`, say("by editing"), as(ben));
    expectProblem(edit, { status: 404, slug: "user-not-found" });
    expect((await block("DELETE")).status).toBe(204);
    await new Promise((resolve) => setTimeout(resolve, 1000));
    expect((await send(ben, ann, "again")).status).toBe(201);
  });

  it("is one's own, and of another", async () => {
    const { ann, users, read } = await three();
    const put = (number: number | string, headers = {}) =>
      ask("PUT", `${users}/me/blocks/${number}`, undefined, headers);
    expectProblem(await put(2), { status: 401, slug: "credential-missing" });
    expectProblem(await put(1, as(ann)), { status: 422 });
    expectProblem(await put(9, as(ann)), { status: 404, slug: "user-not-found" });
    expect((await read(ann, "me/blocks")).body).toEqual([]);
  });
});

describe("with a user who was deleted", () => {
  it("is read on, and not written on", async () => {
    const { ann, ben, users, send, read } = await three();
    await send(ann, ben, "hello");
    expect((await ask("DELETE", `${users}/me?messages=keep`, undefined, as(ben))).status).toBe(204);
    await new Promise((resolve) => setTimeout(resolve, 1000));
    expectProblem(await send(ann, ben, "still there?"), { status: 410, slug: "user-deleted" });
    expectProblem(await send(ben, ann, "no"), { status: 401, slug: "access-token-invalid" });
    expect(contentsIn((await read(ann, "2/messages")).body)).toEqual(["hello"]);
    expect((await read(ann, "me/conversations")).body).toMatchObject([{ user_number: 2 }]);
  });
});
