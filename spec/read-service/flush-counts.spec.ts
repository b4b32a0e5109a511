/** Counts reach MySQL exactly once, whichever step a flush dies after. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import type { Ledger } from "@parley/common/ledger";
import type { Knex } from "knex";
import { v4 as uuid } from "uuid";
import { createPersist } from "../../services/read-service/src/consumers/persist.ts";
import { createDb } from "../../services/common/src/db.ts";
import { flushCounts } from "../../services/read-service/src/jobs/flush-counts.ts";
import { anApplicationRecord, deliveryOf } from "../support/records.ts";
import { fixedEpochs, openLedger, quiet, startOwnRedis } from "../support/stores.ts";
import { createDatabase } from "../support/shared-stores.ts";

const fence = { shard: 0, epoch: 1 };
const epochs = fixedEpochs([fence]);
let deaths = 0;
let database: Awaited<ReturnType<typeof createDatabase>>;
let redis: Awaited<ReturnType<typeof startOwnRedis>>;
let db: Knex;
let ledger: Ledger;
let token: string;

beforeAll(async () => {
  [database, redis] = await Promise.all([createDatabase(), startOwnRedis()]);
  db = createDb({ url: database.url, poolSize: 4, queryTimeoutMs: 10_000 });
  ledger = await openLedger(redis.url, [fence]);
});
beforeEach(async () => {
  const application = anApplicationRecord();
  token = application.token;
  await accept([application, { kind: "chat", uid: uuid(), token, createdAt: 1 }]);
  await accept([message(), message(), message()]);
});
afterAll(async () => {
  await ledger.stop();
  await redis.stop();
  await db.destroy();
  await database.drop();
});

const message = () => ({
  kind: "message" as const,
  uid: uuid(),
  token,
  chat: 1,
  content: "hello",
  createdAt: 1,
});

/** Allots, stores and settles, as the services do. */
async function accept(drafts: Parameters<Ledger["allot"]>[2][number]["draft"][]): Promise<void> {
  const allotments = await ledger.allot(
    fence,
    uuid(),
    drafts.map((draft) => ({ draft, json: JSON.stringify(draft) })),
  );
  const records = drafts.map((draft, i) => ({ ...draft, ...allotments[i] }));
  const broker = { publish: async () => undefined };
  await createPersist(0, { db, broker, ledger, epochs, log: quiet })([deliveryOf(records as never)]);
}

async function counts(): Promise<{ chats: number; messages: number }> {
  const application = await db("applications").where({ token }).first();
  const chat = await db("chats").where({ application_id: application.id }).first();
  return { chats: application.chats_count, messages: chat.messages_count };
}

function die(): never {
  deaths += 1;
  throw new Error("killed");
}

/** A ledger that dies at one step. */
const dyingAt = (
  step: "takeCounts" | "dropCounts",
  before: boolean,
): Pick<Ledger, "takeCounts" | "dropCounts"> => ({
  takeCounts: async (...args) => {
    if (step === "takeCounts" && before) die();
    const taken = await ledger.takeCounts(...args);
    if (step === "takeCounts") die();
    return taken;
  },
  dropCounts: async (...args) => {
    if (before) die();
    await ledger.dropCounts(...args);
    die();
  },
});

describe("flushing", () => {
  it("adds what was settled", async () => {
    await flushCounts({ db, ledger, epochs, log: quiet });
    expect(await counts()).toEqual({ chats: 1, messages: 3 });
    await flushCounts({ db, ledger, epochs, log: quiet });
    expect(await counts()).toEqual({ chats: 1, messages: 3 });
  });

  it.each([
    ["before the counts are set aside", "takeCounts", true],
    ["after the counts are set aside", "takeCounts", false],
    ["after the counts are in MySQL", "dropCounts", true],
    ["after the counts are dropped", "dropCounts", false],
  ] as const)("loses and doubles nothing when killed %s, while messages go on", async (_, step, before) => {
    const diedBefore = deaths;
    await flushCounts({ db, ledger: dyingAt(step, before), epochs, log: quiet });
    expect(deaths).toBe(diedBefore + 1);
    await accept([message()]);
    await flushCounts({ db, ledger, epochs, log: quiet });
    await flushCounts({ db, ledger, epochs, log: quiet });
    expect(await counts()).toEqual({ chats: 1, messages: 4 });
  });

  it("does not leave out a shard because one before it does not answer", async () => {
    const away = { shard: 1, epoch: 1 };
    await flushCounts({ db, ledger, epochs: fixedEpochs([away, fence]), log: quiet });
    expect(await counts()).toEqual({ chats: 1, messages: 3 });
  });

  it("adds once when two processes flush the same counts at once", async () => {
    await Promise.allSettled([
      flushCounts({ db, ledger, epochs, log: quiet }),
      flushCounts({ db, ledger, epochs, log: quiet }),
    ]);
    await flushCounts({ db, ledger, epochs, log: quiet });
    expect(await counts()).toEqual({ chats: 1, messages: 3 });
  });

  it("rolls the id back together with the counts when MySQL refuses in the middle", async () => {
    const taken = await ledger.takeCounts(fence, uuid());
    await expect(
      db.transaction(async (trx) => {
        await trx("flush_batches").insert({ id: taken?.id, flushed_at: new Date() });
        throw new Error("killed");
      }),
    ).rejects.toThrow("killed");
    await flushCounts({ db, ledger, epochs, log: quiet });
    expect(await counts()).toEqual({ chats: 1, messages: 3 });
  });
});
