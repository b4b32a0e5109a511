/**
 * The epoch protocol: after every start of Redis a shard stays closed until all that was ever confirmed is in MySQL.
 * Then its counters are forgotten, to be opened from MySQL parent by parent, and the next epoch begins.
 */
import { setTimeout as pause } from "node:timers/promises";
import { isUnroutable, type Broker } from "@parley/common/broker";
import { isCold, settledOf, type Fence, type Ledger } from "@parley/common/ledger";
import type { Logger } from "@parley/common/log";
import type { ShardEpoch } from "@parley/common/records";
import { recordsQueue } from "@parley/common/topology";
import { v4 as uuid } from "uuid";
import type { Knex } from "knex";
import { withNamedLock } from "./db.ts";
import { findStored } from "./find-stored.ts";
import { publishBatch } from "./publish-batch.ts";
import { messageLimit, splitRecords } from "./split-records.ts";
import { hasKeys } from "./queries/idempotency-keys.ts";
import { findEpoch, hasBarrier, listEpochs, noteRecovery, openEpoch, raiseEpoch } from "./queries/epochs.ts";

const watchMs = 250;
const failurePauseMs = 1000;
const routeCheckMs = 2000;
/** A binding's removal spreads through a cluster; what was routed before it is enqueued within this time. */
const unbindSettleMs = 500;
const barrierPollMs = 50;
const barrierRepeatMs = 5000;

type Dependencies = {
  db: Knex;
  broker: Broker;
  ledger: Ledger;
  declareTopology: () => Promise<void>;
  log: Logger;
};

const isOver = ({ shard, epoch }: Fence): Error =>
  new Error(`Epoch ${epoch} of shard ${shard} is over: another recovery goes on.`);

/** Publishes straight to a shard's queue, bound or not. */
function publishToShard(broker: Pick<Broker, "publish">, shard: number, delivery: object): Promise<void> {
  return broker.publish({
    exchange: "",
    routingKey: recordsQueue(shard),
    body: JSON.stringify(delivery),
    mandatory: true,
  });
}

/** Waits until the consumer has stored everything before a barrier; sends another when one was redelivered. */
async function awaitBarrier({ db, broker }: Dependencies, { shard, epoch }: Fence): Promise<void> {
  for (;;) {
    const id = uuid();
    await publishToShard(broker, shard, { type: "barrier", id, shard, epoch });
    for (
      const end = performance.now() + barrierRepeatMs;
      performance.now() < end;
      await pause(barrierPollMs)
    ) {
      if (await hasBarrier(db, id)) return;
      if ((await findEpoch(db, shard))?.epoch !== epoch) throw isOver({ shard, epoch });
    }
  }
}

/**
 * What is left in the outbox and not in MySQL goes through the queue again, with its numbers. The shard is closed, so
 * nothing new comes in: behind the barrier all of it was stored, parked, or refused under a deleted parent.
 */
async function replayOutbox(dependencies: Dependencies, fence: Fence): Promise<number> {
  const { db, broker, ledger } = dependencies;
  let replayed = 0;
  for await (const page of ledger.scanOutbox(fence.shard)) {
    const stored = new Set((await findStored(db, page)).map(({ uid }) => uid));
    const lost = page.filter(({ uid }) => !stored.has(uid));
    for (const records of splitRecords(lost, messageLimit)) {
      await publishToShard(broker, fence.shard, { type: "batch", records, epoch: fence.epoch });
    }
    replayed += lost.length;
  }
  if (replayed > 0) await awaitBarrier(dependencies, fence);
  for await (const page of ledger.scanOutbox(fence.shard)) {
    const stored = new Map((await findStored(db, page)).map((settled) => [settled.uid, settled]));
    const settled = page.map((record) => stored.get(record.uid) ?? settledOf(record, false));
    await ledger.recovery.settle(fence, settled);
  }
  return replayed;
}

/** Binds and begins the epoch. A leader that slept through another's recovery leaves no key of its own behind. */
async function open({ db, broker, ledger }: Dependencies, fence: Fence): Promise<void> {
  await broker.bindEpoch(fence.shard, fence.epoch);
  if ((await findEpoch(db, fence.shard))?.epoch !== fence.epoch) {
    await broker.unbindEpochs(fence.shard, fence.epoch, fence.epoch);
    throw isOver(fence);
  }
  await ledger.recovery.begin(fence, { storedKeys: await hasKeys(db) });
  if (!(await openEpoch(db, fence))) throw isOver(fence);
}

/** Every step begins with the epoch's row: a leader that lost its lock learns there that it is over. */
async function recover(dependencies: Dependencies, last: Fence, reason: string): Promise<void> {
  const { db, broker, ledger, log } = dependencies;
  const started = performance.now();
  const raised = await raiseEpoch(db, last, reason);
  if (!raised) return;
  const fence = { shard: last.shard, epoch: last.epoch + 1 };
  const step = async (doing: string): Promise<void> => {
    if (!(await noteRecovery(db, fence, `${reason}; ${doing}`))) throw isOver(fence);
  };
  log.warn({ ...fence, reason }, "shard is being recovered");
  // The broker may have lost its data.
  await dependencies.declareTopology();
  await step("closing the epochs before");
  if (!(await ledger.recovery.announce(fence))) throw new Error("A later epoch is announced already.");
  await broker.unbindEpochs(fence.shard, raised.boundEpoch, last.epoch);
  await pause(unbindSettleMs);
  await step("waiting until what is queued is stored");
  await awaitBarrier(dependencies, fence);
  const { records } = await ledger.measure(fence.shard);
  await step(`publishing what is left of the outbox again (${records} records)`);
  const replayed = await replayOutbox(dependencies, fence);
  await step("opening");
  await ledger.recovery.loadScripts(fence);
  await open(dependencies, fence);
  log.info({ ...fence, replayed, ms: Math.round(performance.now() - started) }, "shard is open");
}

const interrupted = "a recovery was interrupted";

/** Why a recovery begins where another has not ended, with the reason of that one. */
function reasonAfter({ epoch, note = "" }: ShardEpoch): string {
  if (epoch === 0) return "first start";
  const [before = ""] = note.split(";");
  if (before.startsWith(interrupted)) return before;
  return before === "" ? interrupted : `${interrupted} (${before})`;
}

/** Whether the broker has a queue for the epoch; an empty batch asks it. */
async function isRouted(broker: Pick<Broker, "publish">, fence: Fence): Promise<boolean> {
  try {
    await publishBatch(broker, fence, []);
    return true;
  } catch (err) {
    if (isUnroutable(err)) return false;
    throw err;
  }
}

/** Watches every shard and recovers it when its epoch is over; one process at a time per shard. Returns its stop. */
export function startRecovery(dependencies: Dependencies): () => Promise<void> {
  const { db, ledger, broker, log } = dependencies;
  let stopped = false;
  const routeSeenAt = new Map<number, number>();

  /** Why the shard is to be recovered: it is not open in MySQL, in Redis or, asked less often, at the broker. */
  async function findReason(shard: ShardEpoch): Promise<string | undefined> {
    if (shard.state !== "open") return reasonAfter(shard);
    const isKnown = await ledger.isOpen(shard, "").then(
      () => true,
      (err: unknown) => {
        if (isCold(err)) return false;
        throw err;
      },
    );
    if (!isKnown) return "Redis was restarted or emptied";
    if (!(await ledger.recovery.hasScripts(shard))) return "another version has opened this epoch";
    if (performance.now() - (routeSeenAt.get(shard.shard) ?? -Infinity) < routeCheckMs) return undefined;
    if (!(await isRouted(broker, shard))) return "the broker has no queue for this epoch";
    routeSeenAt.set(shard.shard, performance.now());
    return undefined;
  }

  async function watch(shard: ShardEpoch): Promise<void> {
    // An epoch must not be raised in vain: each is unbound again by the next.
    if (!ledger.isConnected() || !broker.isReady() || !(await findReason(shard))) return;
    await withNamedLock(db, `parley-recovery-${shard.shard}`, 0, async () => {
      const current = await findEpoch(db, shard.shard);
      const reason = current && (await findReason(current));
      if (current && reason) await recover(dependencies, current, reason);
    });
  }

  async function run(): Promise<void> {
    while (!stopped) {
      try {
        const shards = await listEpochs(db);
        const watched = await Promise.allSettled(shards.map(watch));
        const failed = watched.find((result) => result.status === "rejected");
        if (failed) throw failed.reason;
        await pause(watchMs);
      } catch (err) {
        log.warn({ err }, "shards cannot be watched or recovered now, will try again");
        await pause(failurePauseMs);
      }
    }
  }
  const running = run();
  return async () => {
    stopped = true;
    await Promise.race([running, pause(1000)]);
  };
}
