/** Membership: who may bring in and put out whom, and that somebody who is put out is out everywhere within a second. */
import { describe, expect, it } from "@jest/globals";
import { emptyRedis } from "../faults/empty-redis.ts";
import { bearer, type Method } from "../support/ask.ts";
import { as, type Person } from "../support/people.ts";
import { startHouse } from "../support/house.ts";
import { expectProblem } from "../support/problems.ts";
import { waitUntil } from "../support/wait-until.ts";

const house = startHouse({ withSearch: false, own: ["redis"] });
const { ask, client, people } = house;

const say = (message_content: string) => ({ message_content });

/** A private chat of Ann's, with Ben as a member; Carl is nobody there. */
async function aPrivateChat() {
  const { token, secret } = await client.anApplication();
  const [ann, ben, carl] = [
    await people.mint(token, secret),
    await people.mint(token, secret),
    await people.mint(token, secret),
  ];
  await people.must(201, "POST", `/${token}/chats`, { chat_name: "Ours", private: true }, as(ann));
  const chat = `/${token}/chats/1`;
  await people.must(201, "POST", `${chat}/messages`, say("a secret"), as(ann));
  const put = (who: Person, role: string | undefined, by: Record<string, string>) =>
    ask("PUT", `${chat}/members/${who.number}`, role === undefined ? undefined : { role }, by);
  const remove = (who: Person, by: Record<string, string>) =>
    ask("DELETE", `${chat}/members/${who.number}`, undefined, by);
  expect((await put(ben, undefined, as(ann))).body).toEqual({
    user_number: 2,
    username: ben.username,
    role: "member",
  });
  return { token, secret, ann, ben, carl, chat, put, remove };
}

/** Every way into a chat. */
const uses = (chat: string): [Method, string, object?][] => [
  ["GET", chat],
  ["GET", `${chat}/messages`],
  ["GET", `${chat}/messages/1`],
  ["POST", chat, say("x")],
  ["POST", `${chat}/messages`, say("x")],
  ["GET", `${chat}/search?q=secret`],
  ["GET", `${chat}/continuity`],
  ["GET", `${chat}/members`],
  ["GET", `${chat}/members/1`],
];

describe("membership of a private chat", () => {
  it("cannot be seen or changed by who is not in it", async () => {
    const { token, ann, carl, chat, put, remove } = await aPrivateChat();
    for (const by of [{}, as(carl)]) {
      for (const reply of [
        await ask("GET", `${chat}/members`, undefined, by),
        await ask("GET", `${chat}/members/1`, undefined, by),
        await put(carl, undefined, by),
        await put(carl, "owner", by),
        await remove(ann, by),
        await ask("GET", `/${token}/chats/9/members`, undefined, by),
      ]) {
        expectProblem(reply, { status: 404, slug: "chat-not-found" });
      }
    }
  });

  it("is changed by owners, and by moderators as far as mere members go", async () => {
    const { token, secret, ann, ben, carl, put, remove } = await aPrivateChat();
    const dora = await people.mint(token, secret);
    expectProblem(await put(carl, undefined, as(ben)), { status: 403, slug: "credential-wrong" });
    expectProblem(await put(ben, "moderator", as(ben)), { status: 403 });
    expectProblem(await put(ben, "chief", as(ann)), { status: 422, pointer: "/role" });
    expect((await put(ben, "moderator", as(ann))).body).toMatchObject({ role: "moderator" });
    expect((await put(carl, undefined, as(ben))).status).toBe(200);
    expectProblem(await put(carl, "moderator", as(ben)), { status: 403 });
    expectProblem(await put(ann, "member", as(ben)), { status: 403 });
    expectProblem(await remove(ann, as(ben)), { status: 403 });
    expect((await remove(carl, as(ben))).status).toBe(204);
    expectProblem(await remove(carl, as(ben)), { status: 404, slug: "member-not-found" });
    expect((await put(dora, "owner", bearer(secret))).status).toBe(200);
    expect((await remove(ann, as(dora))).status).toBe(204);
  });

  it("keeps an owner", async () => {
    const { ann, ben, put, remove } = await aPrivateChat();
    expectProblem(await remove(ann, as(ann)), { status: 409, slug: "last-owner" });
    expectProblem(await put(ann, "member", as(ann)), { status: 409, slug: "last-owner" });
    expect((await put(ben, "owner", as(ann))).status).toBe(200);
    const both = await Promise.all([remove(ann, as(ann)), remove(ben, as(ben))]);
    expect(both.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([204, 409]);
  });

  it("is listed, and told one by one", async () => {
    const { token, secret, ann, ben, carl, chat } = await aPrivateChat();
    const members = await ask("GET", `${chat}/members`, undefined, as(ben));
    expect(members.body).toEqual([
      { user_number: 1, username: ann.username, role: "owner", since: expect.any(String) },
      { user_number: 2, username: ben.username, role: "member", since: expect.any(String) },
    ]);
    const page = await ask("GET", `${chat}/members?limit=1`, undefined, as(ben));
    expect(page.body).toMatchObject([{ user_number: 1 }]);
    expect(page.headers["link"]).toMatch(/members\?limit=1&after=1>; rel="next"/);
    const access = async (who: number) =>
      (await ask("GET", `${chat}/members/${who}`, undefined, as(ann))).body;
    expect([await access(1), await access(2), await access(3)]).toEqual([
      { has_access: true, role: "owner" },
      { has_access: true, role: "member" },
      { has_access: false },
    ]);
    expectProblem(await ask("GET", `${chat}/members/4`, undefined, as(ann)), {
      status: 404,
      slug: "user-not-found",
    });
    const own = (who: Person, by: Record<string, string>) =>
      ask("GET", `/${token}/users/${who.number}/chats`, undefined, by);
    expect((await own(ben, as(ben))).body).toMatchObject([
      { chat_number: 1, chat_name: "Ours", private: true, role: "member" },
    ]);
    expect((await own(carl, bearer(secret))).body).toEqual([]);
    expectProblem(await own(ben, as(ann)), { status: 403 });
    expectProblem(await own(ben, {}), { status: 401 });
    expect((await ask("PATCH", chat, { chat_name: "x" }, as(ben))).status).toBe(403);
    expect((await ask("PATCH", chat, { chat_name: "Renamed" }, as(ann))).status).toBe(200);
  });
});

describe("an open chat", () => {
  it("is joined and left by oneself", async () => {
    const { token, secret } = await client.anApplication();
    const [ann, ben] = [await people.mint(token, secret), await people.mint(token, secret)];
    const chat = `/${token}/chats/${await client.aChat(token)}`;
    expectProblem(await ask("PUT", `${chat}/members/1`), { status: 401 });
    expectProblem(await ask("PUT", `${chat}/members/me`), { status: 401 });
    expectProblem(await ask("PUT", `${chat}/members/1`, undefined, as(ben)), { status: 403 });
    expectProblem(await ask("PUT", `${chat}/members/me`, { role: "owner" }, as(ann)), { status: 403 });
    expect((await ask("PUT", `${chat}/members/me`, undefined, as(ann))).body).toMatchObject({
      role: "member",
    });
    expect((await ask("GET", `${chat}/members`)).body).toMatchObject([{ user_number: 1, role: "member" }]);
    expect((await ask("GET", `/${token}/users/me/chats`, undefined, as(ann))).body).toMatchObject([
      { chat_number: 1 },
    ]);
    expectProblem(await ask("DELETE", `${chat}/members/1`, undefined, as(ben)), { status: 403 });
    expect((await ask("DELETE", `${chat}/members/me`, undefined, as(ann))).status).toBe(204);
    expect((await ask("GET", `${chat}/members/1`)).body).toEqual({ has_access: true });
  });
});

describe("who is put out of a private chat", () => {
  it("is out on every way within a second, and in again at once when brought back", async () => {
    const { token, ann, ben, chat, put, remove } = await aPrivateChat();
    for (const [method, path, body] of uses(chat)) {
      expect((await ask(method, path, body, as(ben))).status).toBeLessThan(300);
    }
    expect((await remove(ben, as(ann))).status).toBe(204);
    await new Promise((resolve) => setTimeout(resolve, 1000));
    for (const [method, path, body] of uses(chat)) {
      expectProblem(await ask(method, path, body, as(ben)), { status: 404, slug: "chat-not-found" });
    }
    expect((await ask("GET", `/${token}/chats`, undefined, as(ben))).body).toEqual([]);
    expect((await ask("GET", `/${token}/search?q=secret`, undefined, as(ben))).body).toEqual([]);
    expect((await put(ben, undefined, as(ann))).status).toBe(200);
    for (const [method, path, body] of uses(chat)) {
      expect((await ask(method, path, body, as(ben))).status).toBeLessThan(300);
    }
  });

  it("stays out when Redis is emptied, and members stay in", async () => {
    const { ann, ben, chat, remove } = await aPrivateChat();
    await ask("POST", chat, say("x"), as(ben));
    await remove(ben, as(ann));
    await emptyRedis(house.world);
    const send = (who: Person) => ask("POST", chat, say("again"), as(who));
    await waitUntil(async () => (await send(ann)).status === 201, 60_000);
    expectProblem(await send(ben), { status: 404, slug: "chat-not-found" });
  }, 90_000);

  it("is told of by a change of the chat", async () => {
    const { token, ann, ben, chat, remove } = await aPrivateChat();
    await house.world.drained();
    const lastChange = async () => {
      const { id } = await house.world.db("applications").where({ token }).first("id");
      const row = await house.world
        .db("chats")
        .where({ application_id: id, number: 1, kind: "chat" })
        .first("last_change");
      return (row as { last_change: number }).last_change;
    };
    const before = await lastChange();
    await remove(ben, as(ann));
    expect(await lastChange()).toBe(before + 1);
    await waitUntil(async () => (await house.world.db("change_outbox").first()) === undefined, 30_000);
    expect((await ask("GET", `${chat}/messages/1`, undefined, as(ann))).status).toBe(200);
  }, 60_000);
});
