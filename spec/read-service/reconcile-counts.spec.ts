/** Reconciling finds the exact count, whatever of it is under way between the outbox, the waiting counts and MySQL. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import type { Ledger } from "@parley/common/ledger";
import type { ParleyRecord } from "@parley/common/records";
import type { Knex } from "knex";
import { v4 as uuid } from "uuid";
import { createPersist } from "../../services/read-service/src/consumers/persist.ts";
import { createDb } from "../../services/common/src/db.ts";
import { flushCounts } from "../../services/read-service/src/jobs/flush-counts.ts";
import {
  reconcileCounts,
  createReconcileEmptied,
} from "../../services/read-service/src/jobs/reconcile-counts.ts";
import { anApplicationRecord, deliveryOf } from "../support/records.ts";
import {
  acceptDrafts,
  beginEpoch,
  fixedEpochs,
  openLedger,
  quiet,
  startOwnRedis,
} from "../support/stores.ts";
import { upTo } from "../support/writers.ts";
import { createDatabase } from "../support/shared-stores.ts";

const fence = { shard: 0, epoch: 1 };
const epochs = fixedEpochs([fence]);
let database: Awaited<ReturnType<typeof createDatabase>>;
let redis: Awaited<ReturnType<typeof startOwnRedis>>;
let db: Knex;
let ledger: Ledger;
let token: string;

beforeAll(async () => {
  [database, redis] = await Promise.all([createDatabase(), startOwnRedis()]);
  db = createDb({ url: database.url, poolSize: 8, queryTimeoutMs: 10_000 });
  ledger = await openLedger(redis.url, [fence]);
});
/** An application with two chats, three messages in the first; all of it stored, settled and counted. */
beforeEach(async () => {
  await redis.redis.flushall();
  await beginEpoch(ledger, fence);
  const application = anApplicationRecord();
  token = application.token;
  await persist(await acceptDrafts(ledger, fence, [application, aChat(), aChat()]));
  await persist(await acceptDrafts(ledger, fence, [aMessage(), aMessage(), aMessage()]));
  await flushCounts({ db, ledger, epochs, log: quiet });
});
afterAll(async () => {
  await ledger.stop();
  await redis.stop();
  await db.destroy();
  await database.drop();
});

const aChat = () => ({ kind: "chat" as const, uid: uuid(), token, createdAt: 1 });
const aMessage = () => ({
  kind: "message" as const,
  uid: uuid(),
  token,
  chat: 1,
  content: "hello",
  createdAt: 1,
});
const broker = { publish: async () => undefined };
const persist = (records: readonly ParleyRecord[], own: Pick<Ledger, "settle"> = ledger) =>
  createPersist(0, { db, broker, ledger: { ...ledger, ...own }, epochs, log: quiet })([deliveryOf(records)]);
/** A consumer that dies between COMMIT and settling. */
const persistUnsettled = (records: readonly ParleyRecord[]) =>
  persist(records, { settle: async () => undefined });
const reconcile = (own: Partial<Ledger> = {}) =>
  reconcileCounts({ db, ledger: { ...ledger, ...own }, epochs, log: quiet });

const applicationRow = () => db("applications").where({ token });
const chatRow = () =>
  db("chats").where({ number: 1 }).where("application_id", db("applications").select("id").where({ token }));

async function counts(): Promise<{ chats: number; messages: number }> {
  const [application, chat] = await Promise.all([applicationRow().first(), chatRow().first()]);
  return { chats: application.chats_count, messages: chat.messages_count };
}

/** Wrong by far, so that what is written can only have been counted. */
async function spoil(): Promise<void> {
  await applicationRow().update({ chats_count: -5 });
  await chatRow().update({ messages_count: 99 });
}

it("puts wrong counts right, and leaves right ones as they are", async () => {
  await spoil();
  await reconcile();
  expect(await counts()).toEqual({ chats: 2, messages: 3 });
  await reconcile();
  expect(await counts()).toEqual({ chats: 2, messages: 3 });
});

it("does not count what is deleted, parked or void", async () => {
  const [first, second] = await db("messages").where({ chat_id: (await chatRow().first()).id });
  await db("messages").where({ uid: first.uid }).update({ state: "deleted" });
  await db("messages").where({ uid: second.uid }).update({ state: "parked" });
  await db("chats").where({ number: 2 }).update({ state: "void" });
  await reconcile();
  expect(await counts()).toEqual({ chats: 1, messages: 1 });
});

/** What may be under way when the counts are reconciled; each leads to the same end. */
describe("it is exact in the end", () => {
  const waysUnderWay: [string, () => Promise<() => Promise<unknown>>][] = [
    [
      "with counts that wait in the ledger",
      async () => {
        await persist(await acceptDrafts(ledger, fence, [aChat(), aMessage(), aMessage()]));
        return async () => undefined;
      },
    ],
    [
      "with a flush set aside and not added",
      async () => {
        await persist(await acceptDrafts(ledger, fence, [aChat(), aMessage(), aMessage()]));
        await ledger.takeCounts(fence, uuid());
        return async () => undefined;
      },
    ],
    [
      "with a flush added and not dropped",
      async () => {
        await persist(await acceptDrafts(ledger, fence, [aChat(), aMessage(), aMessage()]));
        const dropCounts = (): Promise<never> => Promise.reject(new Error("killed"));
        await flushCounts({ db, ledger: { ...ledger, dropCounts }, epochs, log: quiet });
        expect(await redis.redis.exists("{s0}:flushing:id")).toBe(1);
        return async () => undefined;
      },
    ],
    [
      "with records that are stored and not settled",
      async () => {
        const records = await acceptDrafts(ledger, fence, [aChat(), aMessage(), aMessage()]);
        await persistUnsettled(records);
        return () => persist(records);
      },
    ],
    [
      "with records that are not stored",
      async () => {
        const records = await acceptDrafts(ledger, fence, [aChat(), aMessage(), aMessage()]);
        return () => persist(records);
      },
    ],
    [
      "with a flush set aside while more waits and more is pending",
      async () => {
        await persist(await acceptDrafts(ledger, fence, [aChat()]));
        await ledger.takeCounts(fence, uuid());
        await persist(await acceptDrafts(ledger, fence, [aMessage()]));
        const records = await acceptDrafts(ledger, fence, [aMessage()]);
        return () => persist(records);
      },
    ],
  ];
  it.each(waysUnderWay)("%s", async (_, begin) => {
    const finish = await begin();
    await spoil();
    await reconcile();
    await finish();
    await flushCounts({ db, ledger, epochs, log: quiet });
    await flushCounts({ db, ledger, epochs, log: quiet });
    expect(await counts()).toEqual({ chats: 3, messages: 5 });
  });

  it("with a message that was deleted before it was settled", async () => {
    const records = await acceptDrafts(ledger, fence, [aMessage()]);
    await persistUnsettled(records);
    await db("messages")
      .where({ uid: records[0]?.uid ?? "" })
      .update({ state: "deleted" });
    await spoil();
    await reconcile();
    await persist(records);
    await flushCounts({ db, ledger, epochs, log: quiet });
    expect((await counts()).messages).toBe(3);
  });

  it("while messages are stored, settled and flushed all the time", async () => {
    await spoil();
    let sending = true;
    const send = async (): Promise<void> => {
      for (let i = 0; i < 60; i += 1) await persist(await acceptDrafts(ledger, fence, [aMessage()]));
    };
    const whileSending = async (act: () => Promise<void>): Promise<void> => {
      while (sending) await act();
    };
    await Promise.all([
      Promise.all([send(), send()]).finally(() => (sending = false)),
      whileSending(() => flushCounts({ db, ledger, epochs, log: quiet })),
      whileSending(() => reconcile()),
    ]);
    await flushCounts({ db, ledger, epochs, log: quiet });
    expect((await counts()).messages).toBe(123);
    await reconcile();
    expect((await counts()).messages).toBe(123);
  });
});

it("leaves a parent with too much pending to the next run", async () => {
  await spoil();
  await reconcile({
    readParent: async (...args) => ({ ...(await ledger.readParent(...args)), pendingTotal: 10_001 }),
  });
  expect(await counts()).toEqual({ chats: -5, messages: 99 });
});

it("touches nothing of a closed shard", async () => {
  await spoil();
  await redis.redis.del("{s0}:epoch");
  await reconcile();
  expect(await counts()).toEqual({ chats: -5, messages: 99 });
});

describe("after a Redis that lost its data", () => {
  const reconcileLost = (own: Partial<Ledger> = {}) =>
    createReconcileEmptied({ db, ledger: { ...ledger, ...own }, epochs, log: quiet })();

  it("counts its shard anew, once", async () => {
    await persist(await acceptDrafts(ledger, fence, [aMessage(), aMessage()]));
    await redis.redis.flushall();
    await beginEpoch(ledger, fence);
    await reconcileLost();
    expect((await counts()).messages).toBe(5);
    await spoil();
    await reconcileLost();
    expect((await counts()).messages).toBe(99);
  });

  it("comes again for a shard that was not counted to the end", async () => {
    await spoil();
    await reconcileLost({
      readParent: async (...args) => ({ ...(await ledger.readParent(...args)), pendingTotal: 10_001 }),
    });
    await reconcileLost();
    expect(await counts()).toEqual({ chats: 2, messages: 3 });
  });

  it("comes again when Redis is emptied once more while it counts", async () => {
    await spoil();
    let emptied = false;
    await reconcileLost({
      readParent: async (...args) => {
        if (!emptied) await redis.redis.flushall();
        emptied = true;
        return ledger.readParent(...args);
      },
    });
    await beginEpoch(ledger, fence);
    expect(await ledger.isRecounted(fence)).toBe(false);
    await reconcileLost();
    expect(await counts()).toEqual({ chats: 2, messages: 3 });
  });
});

it("counts a chat of many messages with some pending in one look", async () => {
  const records = await acceptDrafts(
    ledger,
    fence,
    upTo(1200).map(() => aMessage()),
  );
  await persistUnsettled(records);
  await spoil();
  await reconcile();
  expect((await counts()).messages).toBe(3);
});
