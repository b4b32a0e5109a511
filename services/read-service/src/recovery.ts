/**
 * The epoch protocol: after every start of Redis a shard stays closed until all that was ever confirmed is in MySQL.
 * Then its counters are forgotten, to be opened from MySQL parent by parent, and the next epoch begins.
 */
import { setTimeout as pause } from "node:timers/promises";
import type { Broker } from "@parley/common/broker";
import type { Fence, Ledger } from "@parley/common/ledger";
import type { Logger } from "@parley/common/log";
import { recordsQueue } from "@parley/common/topology";
import { v4 as uuid } from "uuid";
import type { Knex } from "knex";
import { findStored } from "./find-stored.ts";
import { messageLimit, splitRecords } from "./split-records.ts";
import { hasKeys } from "./queries/idempotency-keys.ts";
import { findEpoch, hasBarrier, noteRecovery, openEpoch, raiseEpoch } from "./queries/epochs.ts";

/** A binding's removal spreads through a cluster; what was routed before it is enqueued within this time. */
const unbindSettleMs = 500;
const barrierPollMs = 50;
const barrierRepeatMs = 5000;

export type RecoveryDependencies = {
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
async function awaitBarrier({ db, broker }: RecoveryDependencies, { shard, epoch }: Fence): Promise<void> {
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
 * nothing new comes in: behind the barrier all of it was stored, set aside, or is under a deleted parent.
 * @throws Error when it was not: opened now, the shard would give those numbers again
 */
async function replayOutbox(dependencies: RecoveryDependencies, fence: Fence): Promise<number> {
  const { db, broker, ledger, log } = dependencies;
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
    const settled = await findStored(db, page);
    await ledger.recovery.settle(fence, settled);
    const left = page.length - settled.length;
    if (left === 0) continue;
    log.error({ ...fence, records: left }, "accepted records cannot be stored, the shard stays closed");
    throw new Error(`${left} records of shard ${fence.shard} are in the outbox, and nothing stores them.`);
  }
  return replayed;
}

/** Binds and begins the epoch. A leader that slept through another's recovery leaves no key of its own behind. */
async function open({ db, broker, ledger }: RecoveryDependencies, fence: Fence): Promise<void> {
  await broker.bindEpoch(fence.shard, fence.epoch);
  if ((await findEpoch(db, fence.shard))?.epoch !== fence.epoch) {
    await broker.unbindEpochs(fence.shard, fence.epoch, fence.epoch);
    throw isOver(fence);
  }
  await ledger.recovery.begin(fence, { storedKeys: await hasKeys(db) });
  if (!(await openEpoch(db, fence))) throw isOver(fence);
}

/** Every step begins with the epoch's row: a leader that lost its lock learns there that it is over. */
export async function recover(
  dependencies: RecoveryDependencies,
  last: Fence,
  reason: string,
): Promise<void> {
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
