/** What stays in the outbox: settled by what MySQL has, published again only when it is nowhere else. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import type { Ledger } from "@parley/common/ledger";
import type { ParleyRecord } from "@parley/common/records";
import type { Knex } from "knex";
import { v4 as uuid } from "uuid";
import { createPersist } from "../../services/read-service/src/consumers/persist.ts";
import { createDb } from "../../services/common/src/db.ts";
import { sweepUnsettled } from "../../services/read-service/src/jobs/sweep-outbox.ts";
import { ensureShards, listEpochs } from "../../services/read-service/src/queries/epochs.ts";
import { startWatchingShards } from "../../services/read-service/src/watch-shards.ts";
import { anApplicationRecord, deliveryOf } from "../support/records.ts";
import { acceptDrafts, fixedEpochs, openLedger, quiet, startOwnRedis } from "../support/stores.ts";
import { waitUntil } from "../support/wait-until.ts";
import { createDatabase } from "../support/shared-stores.ts";

const fence = { shard: 0, epoch: 1 };
const epochs = fixedEpochs([fence]);
let database: Awaited<ReturnType<typeof createDatabase>>;
let redis: Awaited<ReturnType<typeof startOwnRedis>>;
let db: Knex;
let ledger: Ledger;
let published: { body: string }[];
let queued: number;
let token: string;
let stored: ParleyRecord[];

beforeAll(async () => {
  [database, redis] = await Promise.all([createDatabase(), startOwnRedis()]);
  db = createDb({ url: database.url, poolSize: 4, queryTimeoutMs: 10_000 });
  ledger = await openLedger(redis.url, [fence]);
});
/** An application with a chat and two messages, stored by a consumer that died before it settled them. */
beforeEach(async () => {
  published = [];
  queued = 0;
  const application = { ...anApplicationRecord(), createdAt: 1 };
  token = application.token;
  stored = await acceptDrafts(ledger, fence, [application, aChat(), aMessage(), aMessage()]);
  await persist({ ...ledger, settle: async () => undefined })([deliveryOf(stored)]);
});
afterAll(async () => {
  await ledger.stop();
  await redis.stop();
  await db.destroy();
  await database.drop();
});

const aChat = (name = "Spec") => ({ kind: "chat" as const, uid: uuid(), token, name, createdAt: 1 });
const aMessage = () => ({
  kind: "message" as const,
  uid: uuid(),
  token,
  chat: 1,
  content: "hello",
  createdAt: 1,
});
const broker = {
  publish: async (message: { body: string }) => void published.push(message),
  queueLength: async () => queued,
};
const persist = (own: Parameters<typeof createPersist>[1]["ledger"] = ledger) =>
  createPersist(0, { db, broker, ledger: own, epochs, log: quiet });
const sweep = () => sweepUnsettled({ db, broker, ledger, epochs, log: quiet });
const uidsIn = (body: string): string[] =>
  ((JSON.parse(body) as { records?: ParleyRecord[] }).records ?? []).map(({ uid }) => uid);
const publishedUids = () => published.flatMap(({ body }) => uidsIn(body));
const outbox = async () => (await redis.redis.hkeys("{s0}:outbox")).sort();

/** The counts that wait to be flushed; they are dropped with that. */
async function waitingCounts(): Promise<{ chats: number; messages: number }> {
  const counts = await ledger.takeCounts(fence, uuid());
  if (counts) await ledger.dropCounts(fence, counts.id);
  return { chats: counts?.chats.get(token) ?? 0, messages: counts?.messages.get(`${token}:1`) ?? 0 };
}

describe("the slow sweep", () => {
  it("settles what MySQL has, though the queue is not empty, and publishes none of it", async () => {
    queued = 7;
    await sweep();
    expect(await outbox()).toEqual([]);
    expect(await waitingCounts()).toEqual({ chats: 1, messages: 2 });
    expect(publishedUids()).toEqual([]);
  });

  it("leaves what MySQL does not have to the queue, and publishes it again once that is empty", async () => {
    const [lost] = await acceptDrafts(ledger, fence, [aMessage()]);
    queued = 1;
    await sweep();
    expect(publishedUids()).toEqual([]);
    queued = 0;
    await sweep();
    expect(publishedUids()).toEqual([lost?.uid]);
    expect(await outbox()).toEqual([lost?.uid]);
    await persist()([deliveryOf([lost as ParleyRecord])]);
    expect(await waitingCounts()).toEqual({ chats: 1, messages: 3 });
  });

  it("does not take another record under the same number for the one that it looks for", async () => {
    await db("messages")
      .where({ uid: stored[2]?.uid ?? "" })
      .update({ uid: uuid() });
    await sweep();
    expect(publishedUids()).toEqual([stored[2]?.uid]);
    await persist()([deliveryOf([stored[2] as ParleyRecord])]);
  });

  it("raises no count for what was parked, and one for what was deleted, whose deletion lowered it", async () => {
    const [parked, deleted] = [stored[2]?.uid ?? "", stored[3]?.uid ?? ""];
    await db("messages").where({ uid: parked }).update({ state: "parked" });
    await db("messages").where({ uid: deleted }).update({ state: "deleted" });
    await sweep();
    expect(await waitingCounts()).toEqual({ chats: 1, messages: 1 });
  });

  it("leaves young records alone", async () => {
    const [young] = await acceptDrafts(ledger, fence, [{ ...aMessage(), createdAt: Date.now() }]);
    await sweep();
    expect(publishedUids()).toEqual([]);
    expect(await outbox()).toEqual([young?.uid]);
    await persist()([deliveryOf([young as ParleyRecord])]);
  });
});

describe("a replay", () => {
  it("settles what is stored without storing it again, and raises no count for what was parked in it", async () => {
    const good = await acceptDrafts(ledger, fence, [aMessage()]);
    const bad = await acceptDrafts(ledger, fence, [aChat("x".repeat(300))]);
    await ensureShards(db, 1);
    await db("seq_epoch").update({ epoch: 1, state: "open" });
    await redis.redis.del("{s0}:epoch");
    const next = fixedEpochs([{ shard: 0, epoch: 2 }]);
    const delivered: string[] = [];
    const queue = {
      publish: async ({ exchange, body }: { exchange: string; body: string }) => {
        if (exchange !== "") return;
        delivered.push(body);
        const consumer = { publish: async () => undefined };
        // It hears of the next epoch only later, as it may be, so that the replay has to settle.
        const own = { ...ledger, settle: async () => undefined };
        await createPersist(0, { db, broker: consumer, ledger: own, epochs: next, log: quiet })([
          { body: Buffer.from(body), redelivered: false },
        ]);
      },
      unbindEpochs: async () => undefined,
      bindEpoch: async () => undefined,
      isReady: () => true,
    };
    const stop = startWatchingShards({
      db,
      ledger,
      broker: queue as never,
      declareTopology: async () => undefined,
      log: quiet,
    });
    await waitUntil(async () => (await listEpochs(db))[0]?.state === "open");
    await stop();

    expect(delivered.flatMap(uidsIn).sort()).toEqual([...good, ...bad].map(({ uid }) => uid).sort());
    expect(await outbox()).toEqual([]);
    expect(await db("parked").where({ uid: bad[0]?.uid ?? "" })).toHaveLength(1);
    const counts = await ledger.takeCounts({ shard: 0, epoch: 2 }, uuid());
    expect(counts?.chats.get(token)).toBe(1);
    expect(counts?.messages.get(`${token}:1`)).toBe(3);
  });
});
