/** `npm run parked` lists what could not be stored, and stores it once the cause is mended. */
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import type { Ledger } from "@parley/common/ledger";
import type { ParleyRecord } from "@parley/common/records";
import type { Knex } from "knex";
import { v4 as uuid } from "uuid";
import { createPersist } from "../../services/read-service/src/consumers/persist.ts";
import { createDb } from "../../services/common/src/db.ts";
import { flushCounts } from "../../services/read-service/src/jobs/flush-counts.ts";
import { ensureShards } from "../../services/read-service/src/queries/epochs.ts";
import { aMessageRecord, anApplicationRecord, deliveryOf } from "../support/records.ts";
import { runScript, type ScriptResult } from "../support/scripts.ts";
import { acceptDrafts, fixedEpochs, openLedger, quiet, startOwnRedis } from "../support/stores.ts";
import { createDatabase } from "../support/shared-stores.ts";

const fence = { shard: 0, epoch: 1 };
const epochs = fixedEpochs([fence]);
let database: Awaited<ReturnType<typeof createDatabase>>;
let redis: Awaited<ReturnType<typeof startOwnRedis>>;
let db: Knex;
let ledger: Ledger;
let token: string;
let chat: ParleyRecord;
let message: ParleyRecord;

/** A database whose columns are too short for one chat's name and one message: both are parked by the consumer. */
beforeAll(async () => {
  [database, redis] = await Promise.all([createDatabase(), startOwnRedis()]);
  db = createDb({ url: database.url, poolSize: 4, queryTimeoutMs: 10_000 });
  ledger = await openLedger(redis.url, [fence]);
  await ensureShards(db, 1);
  await db("seq_epoch").update({ epoch: 1, state: "open" });
  const application = anApplicationRecord();
  token = application.token;
  await db.raw("ALTER TABLE messages MODIFY content varchar(5) NOT NULL");
  await persist(await acceptDrafts(ledger, fence, [application, aChat("Short"), aMessage("short")]));
  const records = await acceptDrafts(ledger, fence, [
    aChat("x".repeat(300)),
    aMessage("too long"),
    aMessage("end"),
  ]);
  [chat, message] = records as [ParleyRecord, ParleyRecord];
  await persist(records);
  await flushCounts({ db, ledger, epochs, log: quiet });
});
afterAll(async () => {
  await ledger.stop();
  await redis.stop();
  await db.destroy();
  await database.drop();
});

const aChat = (name: string) => ({ kind: "chat" as const, uid: uuid(), token, name, createdAt: 1 });
const aMessage = (content: string) => ({
  kind: "message" as const,
  uid: uuid(),
  token,
  chat: 1,
  content,
  createdAt: 1,
});
const broker = { publish: async () => undefined };
const persist = (records: readonly ParleyRecord[], own: Partial<Ledger> = {}) =>
  createPersist(0, { db, broker, ledger: { ...ledger, ...own }, epochs, log: quiet })([deliveryOf(records)]);
const parked = (...args: string[]): Promise<ScriptResult> =>
  runScript("parked.ts", args, { MYSQL_URL: database.url, REDIS_URL: redis.url });

const applicationId = () => db("applications").select("id").where({ token });
const chatRow = (number: number) =>
  db("chats").where({ number }).where("application_id", applicationId()).first();
const messageRows = async () =>
  db("messages")
    .where({ chat_id: (await chatRow(1)).id })
    .orderBy("number")
    .select("number", "content", "state", "change_number");
const counts = async () => ({
  chats: (await applicationId().first("chats_count")).chats_count,
  messages: (await chatRow(1)).messages_count,
});

it("says that it is not there of a uid that is not parked", async () => {
  const { code, output } = await parked("--replay", uuid());
  expect(output).toContain("nothing is parked under");
  expect(code).toBe(2);
});

it("lists place, number and reason", async () => {
  const { code, output } = await parked();
  expect(output).toContain(`${chat.uid}  chat 2 in ${token}`);
  expect(output).toContain(`${message.uid}  message 2 in ${token} / 1`);
  expect(output).toMatch(/since \d{4}-.*Data too long for column 'content'/);
  expect(output).toContain("2 parked.");
  expect(code).toBe(0);
});

describe("a replay", () => {
  it("leaves parked what still cannot be stored, and fails", async () => {
    const { code, output } = await parked("--replay", message.uid);
    expect(output).toContain(`${message.uid}  still parked: `);
    expect(output).toContain("0 stored, 1 still parked.");
    expect(code).toBe(1);
    expect((await messageRows())[1]).toMatchObject({ content: "", state: "parked" });
    expect(await counts()).toEqual({ chats: 1, messages: 2 });
  });

  it("stores what can be stored now under its old number, to be read, told of and counted", async () => {
    await db.raw("ALTER TABLE messages MODIFY content mediumtext NOT NULL");
    const { code, output } = await parked("--replay", message.uid);
    expect(output).toContain("1 stored, 0 still parked.");
    expect(code).toBe(0);
    expect(await messageRows()).toMatchObject([
      { number: 1, content: "short", state: "live" },
      { number: 2, content: "too long", state: "live", change_number: 4 },
      { number: 3, content: "end", state: "live" },
    ]);
    expect((await chatRow(1)).last_change).toBe(4);
    expect(await db("change_outbox").where({ token, chat: 1 })).toMatchObject([{ change_number: 4 }]);
    expect(await counts()).toEqual({ chats: 1, messages: 3 });
    expect(await db("parked").select("uid")).toEqual([{ uid: chat.uid }]);
  });

  it("stores all that is parked, and a second time finds nothing", async () => {
    await db.raw("ALTER TABLE chats MODIFY name varchar(400)");
    expect((await parked("--replay")).code).toBe(0);
    expect(await chatRow(2)).toMatchObject({ name: "x".repeat(300), state: "live", last_change: 1 });
    expect(await counts()).toEqual({ chats: 2, messages: 3 });
    const { code, output } = await parked("--replay");
    expect(output).toContain("0 stored, 0 still parked.");
    expect(code).toBe(0);
    expect((await parked()).output).toContain("Nothing is parked.");
  });

  it("stores a record whose application was unknown the ordinary way, once that is there", async () => {
    const application = anApplicationRecord();
    const records = [
      { ...aChat("Early"), token: application.token, number: 1 },
      aMessageRecord(application.token, 1, 1),
    ] as ParleyRecord[];
    await persist(records);
    expect(await db("parked").count({ n: "*" })).toEqual([{ n: 2 }]);
    expect((await parked("--replay")).code).toBe(1);
    await persist([application]);
    // The message first, perhaps: its chat is then stored without a name.
    expect((await parked("--replay", records[0]?.uid ?? "")).code).toBe(0);
    expect((await parked("--replay")).code).toBe(0);
    const stored = await db("applications").where({ token: application.token }).first();
    expect(stored.chats_count).toBe(1);
    expect(await db("chats").where({ application_id: stored.id }).first()).toMatchObject({
      name: "Early",
      messages_count: 1,
    });
  });

  it("counts once what was parked and not settled", async () => {
    await db("messages").update({ content: "" });
    await db.raw("ALTER TABLE messages MODIFY content varchar(5) NOT NULL");
    const before = (await counts()).messages;
    const records = await acceptDrafts(ledger, fence, [aMessage("too long again")]);
    await persist(records, { settle: async () => undefined });
    await db.raw("ALTER TABLE messages MODIFY content mediumtext NOT NULL");
    expect((await parked("--replay")).code).toBe(0);
    await persist(records);
    await flushCounts({ db, ledger, epochs, log: quiet });
    expect((await counts()).messages).toBe(before + 1);
  });
});
