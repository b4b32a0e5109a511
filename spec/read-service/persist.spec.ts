/** The persist consumer on a real MySQL and Redis: the same delivery twice lands once. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import type { Ledger } from "@parley/common/ledger";
import type { ParleyRecord } from "@parley/common/records";
import type { Knex } from "knex";
import { v4 as uuid } from "uuid";
import { createPersist } from "../../services/read-service/src/consumers/persist.ts";
import { createDb } from "../../services/common/src/db.ts";
import { splitRecords } from "../../services/read-service/src/split-records.ts";
import { ensureShards, hasBarrier, raiseEpoch } from "../../services/read-service/src/queries/epochs.ts";
import { aChatRecord, aMessageRecord, anApplicationRecord, deliveryOf } from "../support/records.ts";
import { fixedEpochs, openLedger, quiet, startOwnRedis } from "../support/stores.ts";
import { createDatabase } from "../support/shared-stores.ts";

const fence = { shard: 0, epoch: 1 };
let database: Awaited<ReturnType<typeof createDatabase>>;
let redis: Awaited<ReturnType<typeof startOwnRedis>>;
let db: Knex;
let ledger: Ledger;
let published: { exchange: string; body: string }[];
let persist: ReturnType<typeof createPersist>;

beforeAll(async () => {
  [database, redis] = await Promise.all([createDatabase(), startOwnRedis()]);
  db = createDb({ url: database.url, poolSize: 4, queryTimeoutMs: 10_000 });
  ledger = await openLedger(redis.url, [fence]);
  await ensureShards(db, 1);
});
beforeEach(() => {
  published = [];
  const broker = {
    publish: async (message: { exchange: string; body: string }) => void published.push(message),
  };
  persist = createPersist(0, { db, broker, ledger, epochs: fixedEpochs([fence]), log: quiet });
});
afterAll(async () => {
  await ledger.stop();
  await redis.stop();
  await db.destroy();
  await database.drop();
});

/** An application with one chat, stored. */
async function aStoredChat(): Promise<string> {
  const application = anApplicationRecord();
  await persist([deliveryOf([application, aChatRecord(application.token, 1)])]);
  return application.token;
}

const rowsOf = (token: string) =>
  db("messages as m")
    .join("chats as c", "c.id", "m.chat_id")
    .join("applications as a", "a.id", "c.application_id")
    .where("a.token", token)
    .orderBy("m.number")
    .select("m.number", "m.content", "m.state", "m.change_number", "m.uid", "c.last_change");

describe("a delivery", () => {
  it("is done with while the broker takes nothing: that it is stored is told later", async () => {
    const token = await aStoredChat();
    const broker = { publish: () => Promise.reject(new Error("blocked")) };
    const alone = createPersist(0, { db, broker, ledger, epochs: fixedEpochs([fence]), log: quiet });
    await alone([deliveryOf([aMessageRecord(token, 1, 1), aMessageRecord(token, 1, 2)])]);
    expect(await rowsOf(token)).toHaveLength(2);
    expect(await db("change_outbox").where({ token })).toMatchObject([{ chat: 1, change_number: 2 }]);
  });

  it("that cannot be read is dead-lettered, and its neighbours are stored", async () => {
    const token = await aStoredChat();
    const garbage = { body: Buffer.from('{"type":"batch","rec'), redelivered: false };
    const wrongVersion = {
      body: Buffer.from('{"type":"batch","records":[{"kind":"poem"}]}'),
      redelivered: false,
    };
    await persist([garbage, deliveryOf([aMessageRecord(token, 1, 1)]), wrongVersion]);
    expect(published.filter(({ exchange }) => exchange === "dead")).toHaveLength(2);
    expect(await rowsOf(token)).toHaveLength(1);
  });

  it("of which one record cannot be read keeps the others", async () => {
    const token = await aStoredChat();
    const poem = { kind: "poem" } as unknown as ParleyRecord;
    await persist([deliveryOf([aMessageRecord(token, 1, 1), poem, aMessageRecord(token, 1, 2)])]);
    const dead = published.filter(({ exchange }) => exchange === "dead");
    expect(dead.map(({ body }) => JSON.parse(body))).toEqual([{ type: "batch", records: [poem] }]);
    expect(await rowsOf(token)).toHaveLength(2);
  });

  it("parks a record whatever is in it, and says why without its text", async () => {
    const token = await aStoredChat();
    const bad = { ...aChatRecord(token, 2), name: '"'.repeat(65_000) };
    await persist([deliveryOf([bad])]);
    const { reason } = await db("parked").where({ uid: bad.uid }).first();
    expect(reason).toMatch(/^ER_DATA_TOO_LONG: .*name/);
    expect(reason).not.toContain('""');
  });

  it("given twice lands once, and is told of again, since its first telling may have been lost", async () => {
    const token = await aStoredChat();
    const delivery = deliveryOf([aMessageRecord(token, 1, 1), aMessageRecord(token, 1, 2)]);
    await persist([delivery]);
    const rows = await rowsOf(token);
    published = [];
    await persist([{ ...delivery, redelivered: true }]);
    expect(await rowsOf(token)).toEqual(rows);
    const change = { token, chat: 1, changeNumber: 2, after: 2 };
    expect(published).toMatchObject([{ exchange: "changes", body: JSON.stringify({ changes: [change] }) }]);
  });

  it("that repeats a part stores the rest, with dense change numbers", async () => {
    const token = await aStoredChat();
    const [first, second, third] = [1, 2, 3].map((number) => aMessageRecord(token, 1, number));
    await persist([deliveryOf([second as ParleyRecord])]);
    await persist([deliveryOf([first, second, second, third] as ParleyRecord[])]);
    const rows = await rowsOf(token);
    expect(rows.map(({ number }) => number)).toEqual([1, 2, 3]);
    expect(rows.map(({ change_number }) => change_number).sort((a, b) => a - b)).toEqual([1, 2, 3]);
    expect(rows[0].last_change).toBe(3);
  });

  it("with a number that another record has is recorded as a conflict, never dropped, and changes nothing", async () => {
    const token = await aStoredChat();
    const [first, intruder] = [aMessageRecord(token, 1, 1), aMessageRecord(token, 1, 1, "intruder")];
    await persist([deliveryOf([first])]);
    await persist([deliveryOf([intruder, aMessageRecord(token, 1, 2)])]);
    expect((await rowsOf(token)).map(({ content }) => content)).toEqual(["message 1", "message 2"]);
    const conflict = await db("seq_conflicts").where({ uid: intruder.uid }).first();
    expect(conflict).toMatchObject({ stored_uid: first.uid });
    expect(JSON.parse(conflict.record)).toMatchObject({ content: "intruder" });
  });

  it("with a record that MySQL can never store parks that one under its number and stores the others", async () => {
    const token = await aStoredChat();
    const bad = { ...aChatRecord(token, 3), name: "x".repeat(300) };
    await persist([
      deliveryOf([aChatRecord(token, 2), bad, aMessageRecord(token, 1, 1), aChatRecord(token, 4)]),
    ]);
    const chats = await db("chats as c")
      .join("applications as a", "a.id", "c.application_id")
      .where({ token })
      .select("c.*");
    expect(chats.map(({ number, state }) => `${number} ${state}`).sort()).toEqual([
      "1 live",
      "2 live",
      "3 parked",
      "4 live",
    ]);
    expect(await rowsOf(token)).toHaveLength(1);
    expect(await db("parked").where({ uid: bad.uid }).first()).toMatchObject({
      reason: expect.stringContaining("name"),
    });
  });

  it("with messages of a parked chat stores them: they are shown once it is replayed", async () => {
    const token = await aStoredChat();
    const bad = { ...aChatRecord(token, 2), name: "x".repeat(300) };
    await persist([deliveryOf([bad, aMessageRecord(token, 2, 1)])]);
    await persist([deliveryOf([aMessageRecord(token, 2, 2)])]);
    expect((await rowsOf(token)).map(({ number, state }) => `${number} ${state}`)).toEqual([
      "1 live",
      "2 live",
    ]);
  });

  it("with a message whose chat another replica numbered stores the chat from the outbox first", async () => {
    const application = anApplicationRecord();
    await persist([deliveryOf([application])]);
    const draft = {
      kind: "chat" as const,
      uid: uuid(),
      token: application.token,
      name: "Elsewhere",
      createdAt: 1,
    };
    await ledger.open(fence, [[application.token, 0]]);
    await ledger.allot(fence, uuid(), [{ draft, json: JSON.stringify(draft) }]);
    await persist([deliveryOf([aMessageRecord(application.token, 1, 1)])]);
    expect(await rowsOf(application.token)).toHaveLength(1);
    expect(await db("chats").where({ uid: draft.uid }).first()).toMatchObject({
      name: "Elsewhere",
      number: 1,
    });
    await persist([deliveryOf([{ ...draft, number: 1 }])]);
    expect(await db("seq_conflicts").where({ uid: draft.uid })).toEqual([]);
  });

  it("with children whose application is still in the outbox, as in a replay, stores it first", async () => {
    const application = anApplicationRecord();
    const { token } = application;
    await ledger.allot(fence, uuid(), [{ draft: application, json: JSON.stringify(application) }]);
    await persist([deliveryOf([aMessageRecord(token, 1, 1), aChatRecord(token, 1)])]);
    expect(await rowsOf(token)).toHaveLength(1);
    expect(await db("applications").where({ token }).first()).toMatchObject({ name: "Spec" });
  });

  it("with children of deleted parents only settles them", async () => {
    const token = await aStoredChat();
    await db("chats")
      .where("application_id", db("applications").select("id").where({ token }))
      .update({ state: "deleted" });
    await persist([deliveryOf([aMessageRecord(token, 1, 1)])]);
    await db("applications").where({ token }).update({ state: "deleted" });
    await persist([deliveryOf([aChatRecord(token, 2)])]);
    expect(await rowsOf(token)).toEqual([]);
    expect(
      await db("chats")
        .where({ number: 2 })
        .andWhere("application_id", db("applications").select("id").where({ token })),
    ).toEqual([]);
  });
});

describe("settling", () => {
  it("empties the outbox and raises each count once, also when the delivery comes again", async () => {
    const application = anApplicationRecord();
    const { token } = application;
    const drafts = [application, { kind: "chat" as const, uid: uuid(), token, createdAt: 1 }];
    await ledger.allot(
      fence,
      uuid(),
      drafts.map((draft) => ({ draft, json: JSON.stringify(draft) })),
    );
    const delivery = deliveryOf([application, { ...drafts[1], number: 1 } as ParleyRecord]);
    await persist([delivery]);
    await persist([delivery]);
    expect(await ledger.findRecord(fence, token)).toBeUndefined();
    expect((await ledger.takeCounts(fence, uuid()))?.chats.get(token)).toBe(1);
  });
});

describe("counting", () => {
  it("leaves out a parked record that comes again, and one whose number is another's", async () => {
    const token = await aStoredChat();
    const bad = { ...aChatRecord(token, 2), name: "x".repeat(300) };
    const [first, intruder] = [aMessageRecord(token, 1, 1), aMessageRecord(token, 1, 1, "intruder")];
    await persist([deliveryOf([bad, first])]);
    await redis.redis.hset("{s0}:outbox", bad.uid, "{}", intruder.uid, "{}", first.uid, "{}");
    await persist([deliveryOf([bad]), deliveryOf([intruder]), deliveryOf([first])]);
    expect(await redis.redis.hget("{s0}:counts:chats", token)).toBeNull();
    expect(await redis.redis.hget("{s0}:counts:messages", `${token}:1`)).toBe("1");
  });
});

describe("a barrier", () => {
  const barrier = (epoch: number) => ({ type: "barrier", id: uuid(), shard: 0, epoch });
  const send = (one: object, redelivered: boolean) =>
    persist([{ body: Buffer.from(JSON.stringify(one)), redelivered }]);

  it("that was given to another consumer before, or is of another epoch, proves nothing", async () => {
    await raiseEpoch(db, { shard: 0, epoch: 0 }, "");
    const [again, old] = [barrier(1), barrier(0)];
    await send(again, true);
    await send(old, false);
    expect(await hasBarrier(db, again.id)).toBe(false);
    expect(await hasBarrier(db, old.id)).toBe(false);
  });

  it("is noted once all before it is stored", async () => {
    const token = await aStoredChat();
    const one = barrier(1);
    await persist([
      deliveryOf([aMessageRecord(token, 1, 1)]),
      { body: Buffer.from(JSON.stringify(one)), redelivered: false },
    ]);
    expect(await hasBarrier(db, one.id)).toBe(true);
    expect(await rowsOf(token)).toHaveLength(1);
  });
});

describe("what a recovery publishes again", () => {
  const send = (epoch: number, records: ParleyRecord[]) =>
    persist([{ body: Buffer.from(JSON.stringify({ type: "batch", epoch, records })), redelivered: false }]);

  it("is stored in its own epoch, and never in another, where its numbers may be others'", async () => {
    const token = await aStoredChat();
    await db("seq_epoch").where({ shard: 0 }).update({ epoch: 5, state: "recovering" });
    await send(4, [aMessageRecord(token, 1, 1, "of a leader that slept")]);
    expect(await rowsOf(token)).toEqual([]);
    await send(5, [aMessageRecord(token, 1, 1, "of this leader")]);
    expect(await rowsOf(token)).toMatchObject([{ number: 1, content: "of this leader" }]);
    await db("seq_epoch").where({ shard: 0 }).update({ state: "open" });
    await send(5, [aMessageRecord(token, 1, 2, "too late")]);
    expect(await rowsOf(token)).toHaveLength(1);
  });
});

describe("splitRecords", () => {
  it("keeps order and bounds records and bytes", () => {
    const limit = { records: 2000, bytes: 4 * 1024 * 1024 };
    const many = Array.from({ length: 4500 }, (_, i) => aMessageRecord("t", 1, i + 1));
    expect(splitRecords(many, limit).map((part) => part.length)).toEqual([2000, 2000, 500]);
    const large = Array.from({ length: 100 }, (_, i) => aMessageRecord("t", 1, i + 1, "x".repeat(65_000)));
    expect(splitRecords(large, limit).flat()).toEqual(large);
    expect(splitRecords(large, limit).length).toBeGreaterThan(1);
    expect(splitRecords([], limit)).toEqual([]);
  });
});
