/** The recovery on real stores: it says why and how far it is, and a leader that slept through another's does no harm. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from "@jest/globals";
import { isUnroutable, type Broker } from "@parley/common/broker";
import type { Fence, Ledger } from "@parley/common/ledger";
import { fenced, scripts } from "@parley/common/ledger-scripts";
import type { ShardEpoch } from "@parley/common/records";
import { recordsQueue } from "@parley/common/topology";
import type { Knex } from "knex";
import { createPersist } from "../../services/read-service/src/consumers/persist.ts";
import { createDb } from "../../services/common/src/db.ts";
import { publishBatch } from "../../services/read-service/src/publish-batch.ts";
import {
  ensureShards,
  findEpoch,
  noteRecovery,
  openEpoch,
  raiseEpoch,
} from "../../services/read-service/src/queries/epochs.ts";
import { startWatchingShards } from "../../services/read-service/src/watch-shards.ts";
import { anApplicationRecord } from "../support/records.ts";
import { fixedEpochs, openLedger, quiet, startBroker, startOwnRedis } from "../support/stores.ts";
import { waitUntil } from "../support/wait-until.ts";
import { createDatabase } from "../support/shared-stores.ts";

type Stores = { broker: Broker; ledger: Ledger; declareTopology: () => Promise<void> };
type Hold = () => Promise<void>;

let database: Awaited<ReturnType<typeof createDatabase>>;
let redis: Awaited<ReturnType<typeof startOwnRedis>>;
let db: Knex;
let stores: Stores;
let closers: (() => Promise<void>)[] = [];
beforeAll(async () => {
  [database, redis] = await Promise.all([createDatabase(), startOwnRedis()]);
  db = createDb({ url: database.url, poolSize: 10, queryTimeoutMs: 10_000 });
  await ensureShards(db, 1);
  const broker = await startBroker();
  const ledger = await openLedger(redis.url, []);
  stores = { broker, ledger, declareTopology: () => broker.declare(1, false) };
  const persist = createPersist(0, { db, broker, ledger, epochs: fixedEpochs([]), log: quiet });
  broker.consume({ queue: recordsQueue(0), prefetch: 32, gatherMs: 20, handle: persist });
});
afterEach(async () => {
  for (const close of closers.reverse()) await close();
  closers = [];
});
afterAll(async () => {
  await Promise.all([stores.broker.stop(), stores.ledger.stop()]);
  await redis.stop();
  await db.destroy();
  await database.drop();
});

function recoverBy(given: Stores): () => Promise<void> {
  const stop = startWatchingShards({ db, ...given, log: quiet });
  closers.push(stop);
  return stop;
}

async function theEpoch(): Promise<ShardEpoch> {
  const epoch = await findEpoch(db, 0);
  if (!epoch) throw new Error("there is no shard 0");
  return epoch;
}

const untilOpen = (after = -1): Promise<ShardEpoch> =>
  waitUntil(async () => {
    const epoch = await theEpoch();
    return epoch.state === "open" && epoch.epoch > after && epoch;
  });

/** Makes each leader stop where `hold` is awaited, the first time. */
type Pause = (all: Stores, hold: Hold) => Stores;

const pauses: [step: string, note: string, pause: Pause][] = [
  ["declare the queues", "", (all, hold) => ({ ...all, declareTopology: hold })],
  [
    "announce the epoch",
    "; closing the epochs before",
    (all, hold) =>
      inRecovery(all, "announce", (fence) => hold().then(() => all.ledger.recovery.announce(fence))),
  ],
  [
    "unbind the epochs before",
    "; closing the epochs before",
    (all, hold) => ({
      ...all,
      broker: {
        ...all.broker,
        unbindEpochs: (...range) => hold().then(() => all.broker.unbindEpochs(...range)),
      },
    }),
  ],
  [
    "publish a barrier",
    "; waiting until what is queued is stored",
    (all, hold) => ({
      ...all,
      broker: { ...all.broker, publish: (message) => hold().then(() => all.broker.publish(message)) },
    }),
  ],
  [
    "publish the outbox again",
    "; publishing what is left of the outbox again (1 records)",
    (all, hold) => ({
      ...all,
      ledger: {
        ...all.ledger,
        async *scanOutbox(shard) {
          await hold();
          yield* all.ledger.scanOutbox(shard);
        },
      },
    }),
  ],
  [
    "settle what it has published",
    "; publishing what is left of the outbox again (1 records)",
    (all, hold) =>
      inRecovery(all, "settle", (fence, entries) =>
        hold().then(() => all.ledger.recovery.settle(fence, entries)),
      ),
  ],
  [
    "load the scripts",
    "; opening",
    (all, hold) =>
      inRecovery(all, "loadScripts", (fence) => hold().then(() => all.ledger.recovery.loadScripts(fence))),
  ],
  [
    "bind the epoch",
    "; opening",
    (all, hold) => ({
      ...all,
      broker: { ...all.broker, bindEpoch: (...of) => hold().then(() => all.broker.bindEpoch(...of)) },
    }),
  ],
  [
    "begin the epoch",
    "; opening",
    (all, hold) => inRecovery(all, "begin", (...of) => hold().then(() => all.ledger.recovery.begin(...of))),
  ],
];

function inRecovery<Name extends keyof Ledger["recovery"]>(
  all: Stores,
  name: Name,
  act: Ledger["recovery"][Name],
): Stores {
  return { ...all, ledger: { ...all.ledger, recovery: { ...all.ledger.recovery, [name]: act } } };
}

/** A leader that is held up at one of its steps until it is released. */
function startHeldUp(pause: Pause) {
  let reach: () => void = () => undefined;
  let release: () => void = () => undefined;
  const reached = new Promise<void>((resolve) => (reach = resolve));
  const released = new Promise<void>((resolve) => (release = resolve));
  const stop = recoverBy(
    pause(stores, () => {
      reach();
      return released;
    }),
  );
  // Its watching ends with what it has in hand.
  const finish = async (): Promise<void> => {
    release();
    await stop();
  };
  closers.push(async () => release());
  return { reached, finish };
}

/** As a restart of Redis with its files does, which leaves the outbox. */
async function closeEpoch(): Promise<void> {
  await redis.redis.del("{s0}:epoch");
}

async function aWaitingRecord(): Promise<string> {
  const record = anApplicationRecord();
  await redis.redis.hset("{s0}:outbox", record.uid, JSON.stringify(record));
  return record.token;
}

/** MySQL frees a named lock when its holder's connection is gone. */
async function cutLeader(): Promise<void> {
  const [rows] = (await db.raw(
    "SELECT IS_USED_LOCK(CONCAT(DATABASE(), '.parley-recovery-0')) AS id",
  )) as unknown as [{ id: number }[]];
  await db.raw("KILL ?", [rows[0]?.id ?? 0]);
}

async function isBound(fence: Fence): Promise<boolean> {
  const failure = await publishBatch(stores.broker, fence, []).catch((err: unknown) => err);
  if (failure !== undefined && !isUnroutable(failure)) throw failure;
  return failure === undefined;
}

describe("a recovery", () => {
  it("says that it is the first", async () => {
    const { reached, finish } = startHeldUp((all, hold) => ({ ...all, declareTopology: hold }));
    await reached;
    expect(await theEpoch()).toMatchObject({ epoch: 1, state: "recovering", note: "first start" });
    await finish();
    recoverBy(stores);
    expect(await untilOpen()).toMatchObject({ note: "" });
  });

  it.each(pauses)("that is to %s says so", async (_, note, pause) => {
    await aWaitingRecord();
    await closeEpoch();
    const { reached, finish } = startHeldUp(pause);
    await reached;
    expect((await theEpoch()).note).toBe(`Redis was restarted or emptied${note}`);
    await finish();
    recoverBy(stores);
    await untilOpen();
  });

  it("follows an update that brings other scripts to a Redis that goes on", async () => {
    const before = await theEpoch();
    await redis.redis.script("FLUSH");
    await redis.redis.script("LOAD", fenced(before, scripts.isOpen));
    const { reached, finish } = startHeldUp((all, hold) => ({ ...all, declareTopology: hold }));
    await reached;
    expect((await theEpoch()).note).toBe("another version has opened this epoch");
    await finish();
    recoverBy(stores);
    await untilOpen(before.epoch);
  });

  it("says that the broker has no queue, and when it had to begin again", async () => {
    const before = await theEpoch();
    await stores.broker.unbindEpochs(0, before.epoch, before.epoch);
    const first = startHeldUp((all, hold) => ({ ...all, declareTopology: hold }));
    await first.reached;
    expect((await theEpoch()).note).toBe("the broker has no queue for this epoch");
    await cutLeader();
    const second = startHeldUp((all, hold) => ({ ...all, declareTopology: hold }));
    await second.reached;
    const note = "a recovery was interrupted (the broker has no queue for this epoch)";
    expect(await theEpoch()).toMatchObject({ epoch: before.epoch + 2, note });
    await Promise.all([first.finish(), second.finish()]);
    recoverBy(stores);
    await untilOpen();
  });
});

describe("a leader that slept through another's recovery", () => {
  it.each(pauses)("when it was about to %s does no harm", async (_, _note, pause) => {
    const token = await aWaitingRecord();
    await closeEpoch();
    const { epoch: last } = await theEpoch();
    const { reached, finish } = startHeldUp(pause);
    await reached;
    await cutLeader();
    recoverBy(stores);
    const open = await untilOpen(last);
    expect(open.epoch).toBe(last + 2);
    await stores.ledger.open(open, [["parent", 7]]);
    await finish();
    expect(await theEpoch()).toEqual(open);
    expect(await stores.ledger.isOpen(open, "parent")).toBe(true);
    expect(await isBound(open)).toBe(true);
    await waitUntil(async () => !(await isBound({ shard: 0, epoch: last + 1 })));
    expect(await db("applications").where({ token })).toHaveLength(1);
    expect(await stores.ledger.measure(0)).toMatchObject({ records: 0 });
  });
});

describe("a step in MySQL", () => {
  it("is refused for an epoch that is over, or is open already", async () => {
    const { shard, epoch } = await theEpoch();
    for (const fence of [
      { shard, epoch: epoch - 1 },
      { shard, epoch },
    ]) {
      expect(await noteRecovery(db, fence, "late")).toBe(false);
      expect(await openEpoch(db, fence)).toBe(false);
    }
    expect(await raiseEpoch(db, { shard, epoch: epoch - 1 }, "late")).toBeUndefined();
    expect(await theEpoch()).toMatchObject({ epoch, state: "open", note: "" });
  });
});
