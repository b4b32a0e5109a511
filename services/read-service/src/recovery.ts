/**
 * The epoch protocol: after every start of Redis a shard stays closed until all that was ever confirmed is in MySQL.
 * Then its counters are forgotten, to be opened from MySQL parent by parent, and the next epoch begins.
 */
import type { Broker } from "@parley/common/broker";
import type { Epochs } from "@parley/common/epochs";
import { isCold, settledOf, type Fence, type Ledger } from "@parley/common/ledger";
import type { Logger } from "@parley/common/log";
import type { ParleyRecord } from "@parley/common/records";
import { recordsQueue } from "@parley/common/topology";
import { v4 as uuid } from "uuid";
import type { Knex } from "knex";
import { withNamedLock } from "./db.ts";
import { hasBarrier, listEpochs, openEpoch, raiseEpoch } from "./queries/epochs.ts";

const watchMs = 250;
/** A binding's removal spreads through a cluster; what was routed before it is enqueued within this time. */
const unbindSettleMs = 500;
const barrierPollMs = 50;
const barrierRepeatMs = 5000;

type Dependencies = { db: Knex; broker: Broker; ledger: Ledger; epochs: Epochs; log: Logger };

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Publishes straight to a shard's queue, bound or not. */
export function publishToShard(
  broker: Pick<Broker, "publish">,
  shard: number,
  delivery: object,
): Promise<void> {
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
    for (const end = Date.now() + barrierRepeatMs; Date.now() < end; await pause(barrierPollMs)) {
      if (await hasBarrier(db, id)) return;
      const current = (await listEpochs(db)).find((one) => one.shard === shard);
      if (current?.epoch !== epoch) throw new Error(`Epoch ${epoch} of shard ${shard} is over.`);
    }
  }
}

/** What is left in the outbox goes through the queue again, with its numbers; once stored, it is settled. */
async function replayOutbox(dependencies: Dependencies, fence: Fence): Promise<number> {
  const { broker, ledger } = dependencies;
  const replayed: ParleyRecord[] = [];
  for await (const records of ledger.scanOutbox(fence.shard)) {
    await publishToShard(broker, fence.shard, { type: "batch", records });
    replayed.push(...records);
  }
  if (replayed.length === 0) return 0;
  await awaitBarrier(dependencies, fence);
  for (let i = 0; i < replayed.length; i += 1000) {
    const part = replayed.slice(i, i + 1000);
    await ledger.recovery.settle(
      fence,
      part.map((record) => settledOf(record, true)),
    );
  }
  return replayed.length;
}

/** @param last the shard's epoch so far */
async function recover(dependencies: Dependencies, last: Fence): Promise<void> {
  const { db, broker, ledger, log } = dependencies;
  const started = performance.now();
  const raised = await raiseEpoch(db, last);
  if (!raised) return;
  const fence = { shard: last.shard, epoch: last.epoch + 1 };
  log.warn(fence, "shard is being recovered");
  if (!(await ledger.recovery.announce(fence))) throw new Error("A later epoch is announced already.");
  for (let epoch = raised.boundEpoch; epoch <= last.epoch; epoch += 1) {
    await broker.unbindEpoch(fence.shard, epoch);
  }
  await pause(unbindSettleMs);
  await awaitBarrier(dependencies, fence);
  const replayed = await replayOutbox(dependencies, fence);
  await ledger.recovery.loadScripts(fence);
  await broker.bindEpoch(fence.shard, fence.epoch);
  await ledger.recovery.begin(fence);
  if (!(await openEpoch(db, fence))) throw new Error("The epoch was over before it was open.");
  log.info({ ...fence, replayed, ms: Math.round(performance.now() - started) }, "shard is open");
}

/** Whether the shard's epoch is open in MySQL and in Redis. */
async function isOpen(ledger: Ledger, shard: Fence & { state: string }): Promise<boolean> {
  if (shard.state !== "open") return false;
  try {
    await ledger.isOpen(shard, "");
    return true;
  } catch (err) {
    if (isCold(err)) return false;
    throw err;
  }
}

/** Watches every shard and recovers it when its epoch is over; one process at a time per shard. Returns its stop. */
export function startRecovery(dependencies: Dependencies): () => Promise<void> {
  const { db, ledger, log } = dependencies;
  let stopped = false;

  async function watch(shard: Fence & { state: string }): Promise<void> {
    try {
      if (await isOpen(ledger, shard)) return;
      await withNamedLock(db, `parley-recovery-${shard.shard}`, 0, async () => {
        const current = (await listEpochs(db)).find((one) => one.shard === shard.shard);
        if (current && !(await isOpen(ledger, current))) await recover(dependencies, current);
      });
    } catch (err) {
      log.debug({ err, shard: shard.shard }, "shard cannot be recovered yet, will try again");
    }
  }

  async function run(): Promise<void> {
    while (!stopped) {
      const shards = await listEpochs(db).catch(() => []);
      await Promise.all(shards.map(watch));
      await pause(watchMs);
    }
  }
  const running = run();
  return async () => {
    stopped = true;
    await Promise.race([running, pause(1000)]);
  };
}
