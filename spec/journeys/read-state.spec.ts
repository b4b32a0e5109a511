/** How far users have read, in chats and conversations, and what they have not: to whoever may read those, and exact. */
import { describe, expect, it } from "@jest/globals";
import { connectLive, type Notice } from "@parley/common/live";
import { createLogger } from "@parley/common/log";
import { purgeDeleted } from "../../services/read-service/src/jobs/purge-deleted.ts";
import { bearer, type HttpReply } from "../support/ask.ts";
import { startHouse } from "../support/house.ts";
import { as, type Person } from "../support/people.ts";
import { expectProblem } from "../support/problems.ts";
import { waitUntil } from "../support/wait-until.ts";
import { upTo } from "../support/writers.ts";

const house = startHouse({ withSearch: false });
const { ask, client, people } = house;

const log = createLogger("spec", "silent");
const say = (message_content: string) => ({ message_content });

/** Ann and Ben in a private chat of hers with three of her messages; Carl is nobody there. */
async function three() {
  const { token, secret } = await client.anApplication();
  const [ann, ben, carl] = [
    await people.mint(token, secret, "ann", { display_name: "Ann" }),
    await people.mint(token, secret, "ben"),
    await people.mint(token, secret, "carl"),
  ];
  await people.must(201, "POST", `/${token}/chats`, { private: true }, as(ann));
  await people.must(200, "PUT", `/${token}/chats/1/members/2`, undefined, as(ann));
  const chat = `/${token}/chats/1`;
  const send = (path: string, who: Person | undefined, times = 1) =>
    Promise.all(
      upTo(times).map((i) =>
        people.must(201, "POST", `/${token}/${path}/messages`, say(`${i}`), who ? as(who) : {}),
      ),
    );
  await send("chats/1", ann, 3);
  const put = (path: string, who: Person, message_number: unknown) =>
    ask("PUT", `/${token}/${path}/read`, { message_number }, as(who));
  const list = async (path: string, who: Person) =>
    (await people.must(200, "GET", `/${token}/${path}/read`, undefined, as(who))).body;
  const unread = async (who: Person) =>
    (await people.must(200, "GET", `/${token}/users/me/unread`, undefined, as(who))).body;
  return { token, secret, ann, ben, carl, chat, send, put, list, unread };
}
const numberIn = ({ body }: HttpReply) => (body as { message_number: number }).message_number;

describe("a read pointer", () => {
  it("is refused to who may not read the chat, in the words of one that is not there", async () => {
    const [{ token, secret, carl, chat }, other] = [await three(), await three()];
    const pointer = { message_number: 1 };
    for (const headers of [{}, as(carl)]) {
      for (const path of [chat, `/${token}/chats/9`]) {
        for (const reply of [
          await ask("PUT", `${path}/read`, pointer, headers),
          await ask("GET", `${path}/read`, undefined, headers),
        ]) {
          expectProblem(reply, { status: 404, slug: "chat-not-found" });
        }
      }
    }
    for (const path of [chat, `/${token}/users/2`, `/${token}/chats/common`]) {
      const foreign = { status: 401, slug: "access-token-invalid" };
      expectProblem(await ask("PUT", `${path}/read`, pointer, as(other.ann)), foreign);
      expectProblem(await ask("GET", `${path}/read`, undefined, as(other.ann)), foreign);
      expectProblem(await ask("PUT", `${path}/read`, pointer, bearer(secret)), {
        status: 403,
        slug: "credential-wrong",
      });
    }
    for (const path of [`/${token}/users/2`, `/${token}/chats/common`]) {
      const missing = { status: 401, slug: "credential-missing" };
      expectProblem(await ask("PUT", `${path}/read`, pointer), missing);
    }
    expectProblem(await ask("GET", `/${token}/users/2/read`), { status: 401 });
    expectProblem(await ask("GET", `/${token}/users/2/read`, undefined, bearer(secret)), { status: 403 });
    const unread = `/${token}/users/me/unread`;
    expectProblem(await ask("GET", unread), { status: 401, slug: "credential-missing" });
    expectProblem(await ask("GET", unread, undefined, bearer(secret)), { status: 403 });
    expectProblem(await ask("GET", unread, undefined, as(other.ann)), { status: 401 });
    expectProblem(await ask("GET", `/${token}/users/2/unread`, undefined, as(carl)), { status: 404 });
    expect((await ask("GET", `${chat}/read`, undefined, bearer(secret))).body).toEqual([]);
  });

  it("takes a number that the chat has given", async () => {
    const { token, ann, ben, chat, send, put, list } = await three();
    const bodies = [{}, ...[0, -1, 1.5, "1", null, [1], 1e300].map((message_number) => ({ message_number }))];
    for (const body of bodies) {
      expectProblem(await ask("PUT", `${chat}/read`, body, as(ann)), {
        status: 422,
        slug: "invalid",
        pointer: "/message_number",
      });
    }
    for (const number of [4, 2 ** 31, 2 ** 40]) {
      expectProblem(await put("chats/1", ann, number), { status: 404, slug: "message-not-found" });
      expectProblem(await put("chats/common", ann, number), { status: 404, slug: "message-not-found" });
      expectProblem(await put("users/2", ann, number), { status: 404, slug: "message-not-found" });
    }
    expectProblem(await put("users/9", ann, 1), { status: 404, slug: "user-not-found" });
    expectProblem(await put("users/me", ann, 1), { status: 422 });
    expect(await list("users/2", ann)).toEqual([]);
    // Given, and perhaps not stored yet; then deleted, and void.
    const [sent] = await send("chats/1", ben);
    expect((await put("chats/1", ann, numberIn(sent!))).body).toEqual({ chat_number: 1, message_number: 4 });
    await people.must(204, "DELETE", `${chat}/messages/1`, undefined, as(ann));
    expect((await put("chats/1", ben, 1)).status).toBe(200);
    const { id } = await house.world.db("applications").where({ token }).first("id");
    const chats = house.world.db("chats").where({ application_id: id, kind: "chat" }).select("id");
    await house.world.db("messages").whereIn("chat_id", chats).where({ number: 2 }).update({ state: "void" });
    expect((await put("chats/1", ben, 2)).body).toEqual({ chat_number: 1, message_number: 2 });
  });

  it("works in a chat at once after it was created", async () => {
    const { token, secret } = await client.anApplication();
    const ann = await people.mint(token, secret);
    for (const chat of upTo(5).map((n) => `/${token}/chats/${n}`)) {
      await people.must(201, "POST", `/${token}/chats`, {});
      await people.must(201, "POST", `${chat}/messages`, say("x"));
      expect((await ask("PUT", `${chat}/read`, { message_number: 1 }, as(ann))).status).toBe(200);
    }
  });

  it("never goes back, also when several come at once", async () => {
    const { ann, ben, send, put, list } = await three();
    await send("chats/1", ann, 27);
    expect((await put("chats/1", ben, 2)).body).toEqual({ chat_number: 1, message_number: 2 });
    expect((await put("chats/1", ben, 1)).body).toEqual({ chat_number: 1, message_number: 2 });
    for (const who of [ann, ben]) {
      const numbers = upTo(15).map((i) => ((i * 7) % 15) + 10);
      const replies = await Promise.all(numbers.map((number) => put("chats/1", who, number)));
      for (const [i, reply] of replies.entries()) {
        expect(numberIn(reply)).toBeGreaterThanOrEqual(numbers[i]!);
      }
      expect(numberIn(await put("chats/1", who, 1))).toBe(24);
    }
    expect(await list("chats/1", ben)).toEqual([
      { user_number: 1, username: "ann", display_name: "Ann", message_number: 24 },
      { user_number: 2, username: "ben", message_number: 24 },
    ]);
  });

  it("is moved while the chat's row is locked, but for the first time", async () => {
    const { token, ben, put } = await three();
    await put("chats/1", ben, 1);
    const { id } = await house.world.db("applications").where({ token }).first("id");
    const trx = await house.world.db.transaction();
    await trx("chats").where({ application_id: id, kind: "chat" }).forUpdate();
    expect((await put("chats/1", ben, 2)).status).toBe(200);
    expect((await put("chats/1", ben, 2)).status).toBe(200);
    await trx.rollback();
  });

  it("is told of to the others when it has moved", async () => {
    const { token, ann, ben, put, send } = await three();
    await send("users/1", ben);
    const told: Notice[] = [];
    const onNotice = (of: string, notice: Notice) => {
      if (of === token && notice.type === "read") told.push(notice);
    };
    const live = connectLive({ url: house.world.stores.urls.redis, log, onNotice, onReconnected: () => {} });
    try {
      await waitUntil(() => live.isConnected());
      await live.subscribe(token);
      for (const number of [1, 3, 2, 3]) await put("chats/1", ann, number);
      await put("users/2", ann, 1);
      const user = { number: 1, username: "ann", displayName: "Ann" };
      await waitUntil(() => told.length >= 3);
      expect(told).toEqual([
        { type: "read", chat: 1, user, messageNumber: 1 },
        { type: "read", chat: 1, user, messageNumber: 3 },
        { type: "read", chat: -1, user, messageNumber: 1 },
      ]);
    } finally {
      live.stop();
    }
  });
});

describe("those who have read a chat", () => {
  it("are listed in pages, without who was deleted or put out", async () => {
    const { token, secret, ann, ben, carl, chat, put, list } = await three();
    await people.must(200, "PUT", `${chat}/members/3`, undefined, as(ann));
    for (const [i, who] of [ann, ben, carl].entries()) await put("chats/1", who, i + 1);
    const page = async (query: string) => {
      const { body, headers } = await ask("GET", `${chat}/read${query}`, undefined, as(ben));
      return [(body as { user_number: number }[]).map((one) => one.user_number), headers["link"]];
    };
    expect(await page("?limit=2")).toEqual([
      [1, 2],
      expect.stringMatching(/read\?limit=2&after=2>; rel="next"/),
    ]);
    expect(await page("?limit=2&after=2")).toEqual([[3], undefined]);
    expect(await page("?order=desc&limit=1")).toEqual([[3], expect.stringMatching(/before=3>; rel="next"/)]);
    expect(await page("?order=desc&before=3")).toEqual([[2, 1], undefined]);
    for (const query of ["?limit=0", "?after=x", "?order=up", "?cursor=1"]) {
      expectProblem(await ask("GET", `${chat}/read${query}`, undefined, as(ben)), { status: 422 });
    }
    await people.must(204, "DELETE", `${chat}/members/2`, undefined, as(ann));
    await people.must(204, "DELETE", `/${token}/users/me?messages=keep`, undefined, as(carl));
    expect(await list("chats/1", ann)).toMatchObject([{ user_number: 1, message_number: 1 }]);
    // What it had read is known again when it is back, and forgotten of who is gone.
    await people.must(200, "PUT", `${chat}/members/2`, undefined, bearer(secret));
    expect(await list("chats/1", ann)).toMatchObject([
      { user_number: 1 },
      { user_number: 2, message_number: 2 },
    ]);
    const { id } = await house.world.db("applications").where({ token }).first("id");
    const pointers = () =>
      house.world
        .db("read_pointers as r")
        .join("users as u", "u.id", "r.user_id")
        .where({ "u.application_id": id })
        .orderBy("u.number")
        .pluck("u.number");
    await waitUntil(async () => (await pointers()).length === 2, 40_000);
    await people.must(204, "DELETE", chat, undefined, as(ann));
    expectProblem(await ask("GET", `${chat}/read`, undefined, as(ann)), {
      status: 410,
      slug: "chat-deleted",
    });
    expectProblem(await put("chats/1", ann, 3), { status: 410, slug: "chat-deleted" });
    await purgeDeleted({ db: house.world.db, search: undefined, log });
    expect(await pointers()).toEqual([]);
  }, 60_000);

  it("are the two of a conversation, from both sides, and anybody of the common chat", async () => {
    const { token, ann, ben, carl, send, put, list } = await three();
    await send("users/2", ann, 2);
    expect((await put("users/1", ben, 2)).body).toEqual({ user_number: 1, message_number: 2 });
    expect((await put("users/2", ann, 1)).body).toEqual({ user_number: 2, message_number: 1 });
    expect(await list("users/2", ann)).toEqual(await list("users/1", ben));
    expect(await list("users/2", ann)).toMatchObject([
      { user_number: 1, message_number: 1 },
      { user_number: 2, message_number: 2 },
    ]);
    expect(await list("users/1", carl)).toEqual([]);
    expect(await list("chats/common", carl)).toEqual([]);
    await send("chats/common", ann);
    expect((await put("chats/common", carl, 1)).body).toEqual({ chat_number: "common", message_number: 1 });
    expect((await ask("GET", `/${token}/chats/common/read`)).body).toEqual([
      { user_number: 3, username: "carl", message_number: 1 },
    ]);
  });
});

describe("what is unread", () => {
  it("is counted exactly, without one's own and what was deleted", async () => {
    const { token, ann, ben, carl, chat, send, put, unread } = await three();
    expect(await unread(carl)).toEqual([]);
    await send("chats/1", ben, 2);
    await house.world.drained();
    expect(await unread(ben)).toEqual([{ chat_number: 1, unread: 3, last_read: 0 }]);
    expect(await unread(ann)).toEqual([{ chat_number: 1, unread: 2, last_read: 0 }]);
    await people.must(204, "DELETE", `${chat}/messages/2`, undefined, as(ann));
    await people.must(200, "PATCH", `${chat}/messages/3`, say("edited"), as(ann));
    expect(await unread(ben)).toEqual([{ chat_number: 1, unread: 2, last_read: 0 }]);
    await put("chats/1", ben, 1);
    expect(await unread(ben)).toEqual([{ chat_number: 1, unread: 1, last_read: 1 }]);
    await put("chats/1", ben, 5);
    expect(await unread(ben)).toEqual([{ chat_number: 1, unread: 0, last_read: 5 }]);

    // An open chat that one has joined, and one that one reads; guests and the server write, too.
    await people.must(201, "POST", `/${token}/chats`, {});
    await people.must(201, "POST", `/${token}/chats`, {});
    await people.must(200, "PUT", `/${token}/chats/2/members/me`, undefined, as(ben));
    await send("chats/2", undefined, 2);
    await send("chats/3", undefined, 2);
    await send("chats/common", ann, 2);
    await send("users/2", carl);
    await send("users/2", ann, 3);
    await send("users/1", ben);
    await house.world.drained();
    const conversations = [
      { user_number: 1, unread: 3, last_read: 0 },
      { user_number: 3, unread: 1, last_read: 0 },
    ];
    expect(await unread(ben)).toEqual([
      { chat_number: 1, unread: 0, last_read: 5 },
      { chat_number: 2, unread: 2, last_read: 0 },
      ...conversations,
    ]);
    await put("chats/common", ben, 1);
    await put("chats/3", ben, 2);
    expect(await unread(ben)).toEqual([
      { chat_number: "common", unread: 1, last_read: 1 },
      { chat_number: 1, unread: 0, last_read: 5 },
      { chat_number: 2, unread: 2, last_read: 0 },
      { chat_number: 3, unread: 0, last_read: 2 },
      ...conversations,
    ]);
    expect(await unread(ann)).toEqual([
      { chat_number: 1, unread: 2, last_read: 0 },
      { user_number: 2, unread: 1, last_read: 0 },
    ]);
  });

  it("is of what one may read now", async () => {
    const { token, ann, ben, carl, secret, chat, put, send, unread } = await three();
    await put("chats/1", ben, 2);
    await send("users/2", carl);
    await people.must(201, "POST", `/${token}/chats`, {});
    await send("chats/2", undefined);
    await put("chats/2", ben, 1);
    await house.world.drained();
    await people.must(204, "DELETE", `${chat}/members/2`, undefined, as(ann));
    await people.must(204, "DELETE", `/${token}/chats/2`, undefined, bearer(secret));
    await people.must(204, "DELETE", `/${token}/users/me?messages=keep`, undefined, as(carl));
    expect(await unread(ben)).toEqual([{ user_number: 3, unread: 1, last_read: 0 }]);
    await waitUntil(async () => (await put("chats/1", ben, 1)).status === 404);
    await people.must(200, "PUT", `${chat}/members/2`, undefined, as(ann));
    expect(await unread(ben)).toEqual([
      { chat_number: 1, unread: 1, last_read: 2 },
      { user_number: 3, unread: 1, last_read: 0 },
    ]);
  });

  it("is told of hundreds of chats", async () => {
    const { token, ann, unread } = await three();
    for (const n of upTo(220)) {
      await people.must(201, "POST", `/${token}/chats`, { private: true }, as(ann));
      await people.must(201, "POST", `/${token}/chats/${n + 1}/messages`, say("x"), as(ann));
    }
    await house.world.drained();
    const { id } = await house.world.db("applications").where({ token }).first("id");
    const chats = house.world.db("chats").where({ application_id: id }).select("id");
    await house.world.db("messages").whereIn("chat_id", chats).update({ sender_id: null });
    const all = upTo(221).map((chat_number) => ({
      chat_number,
      unread: chat_number === 1 ? 3 : 1,
      last_read: 0,
    }));
    expect(await unread(ann)).toEqual(all);
  }, 60_000);
});
