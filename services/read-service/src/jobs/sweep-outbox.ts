/**
 * Publishes again what may never have reached the broker: same uids, same numbers, so that a repeat is harmless. What
 * MySQL has is settled.
 */
import type { Broker } from "@parley/common/broker";
import type { Epochs } from "@parley/common/epochs";
import type { Fence, Ledger } from "@parley/common/ledger";
import type { Logger } from "@parley/common/log";
import type { ParleyRecord } from "@parley/common/records";
import { recordsQueue } from "@parley/common/topology";
import type { Knex } from "knex";
import { findStored } from "../find-stored.ts";
import { publishBatch } from "../publish-batch.ts";
import { messageLimit, splitRecords } from "../split-records.ts";
import { forEachOpenShard } from "./each-shard.ts";

const unconfirmedMs = 10_000;
const unsettledMs = 60_000;

type Dependencies = {
  db: Knex;
  broker: Pick<Broker, "publish" | "queueLength">;
  ledger: Pick<Ledger, "listUnconfirmed" | "confirm" | "scanOutbox" | "settle">;
  epochs: Epochs;
  log: Logger;
};

async function publishAgain(
  broker: Pick<Broker, "publish">,
  fence: Fence,
  all: readonly ParleyRecord[],
): Promise<void> {
  for (const records of splitRecords(all, messageLimit)) {
    await publishBatch(broker, fence, records);
  }
}

/** First pass: batches whose confirm never came. */
export async function sweepUnconfirmed({
  broker,
  ledger,
  epochs,
  log,
}: Omit<Dependencies, "db">): Promise<void> {
  await forEachOpenShard({ epochs, log }, async (fence) => {
    for (const { batchId, records } of await ledger.listUnconfirmed(fence.shard, unconfirmedMs)) {
      if (records.length > 0) {
        log.warn({ shard: fence.shard, records: records.length }, "unconfirmed batch published again");
        await publishAgain(broker, fence, records);
      }
      await ledger.confirm(fence.shard, batchId);
    }
  });
}

/**
 * Second, slow pass: records that are still in the outbox long after their acceptance. Those that MySQL has were only not
 * settled. Of the others the queue may still have some; when it is empty they never reached it, or the broker lost them.
 */
export async function sweepUnsettled({ db, broker, ledger, epochs, log }: Dependencies): Promise<void> {
  await forEachOpenShard({ epochs, log }, async (fence) => {
    const before = Date.now() - unsettledMs;
    for await (const page of ledger.scanOutbox(fence.shard)) {
      const old = page.filter(({ createdAt }) => createdAt < before);
      if (old.length === 0) continue;
      // The queue before MySQL: what was in neither is nowhere but here.
      const queueIsEmpty = (await broker.queueLength(recordsQueue(fence.shard))) === 0;
      const stored = await findStored(db, old);
      if (stored.length > 0) await ledger.settle(fence, stored);
      const settled = new Set(stored.map(({ uid }) => uid));
      const lost = old.filter(({ uid }) => !settled.has(uid));
      if (lost.length === 0 || !queueIsEmpty) continue;
      log.warn({ shard: fence.shard, records: lost.length }, "unsettled records published again");
      await publishAgain(broker, fence, lost);
    }
  });
}
