/** Publishes again what may never have reached the broker: same uids, same numbers, so that a repeat is harmless. */
import type { Broker } from "@parley/common/broker";
import type { Epochs } from "@parley/common/epochs";
import type { Fence, Ledger } from "@parley/common/ledger";
import type { Logger } from "@parley/common/log";
import type { ParleyRecord } from "@parley/common/records";
import { recordsQueue } from "@parley/common/topology";
import { publishBatch } from "../publish-batch.ts";
import { messageLimit, splitRecords } from "../split-records.ts";

const unconfirmedMs = 10_000;
const unsettledMs = 60_000;

type Dependencies = {
  broker: Pick<Broker, "publish" | "queueLength">;
  ledger: Pick<Ledger, "listUnconfirmed" | "confirm" | "scanOutbox">;
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
export async function sweepUnconfirmed({ broker, ledger, epochs, log }: Dependencies): Promise<void> {
  for (const fence of epochs.openFences()) {
    for (const { batchId, records } of await ledger.listUnconfirmed(fence.shard, unconfirmedMs)) {
      if (records.length > 0) {
        log.warn({ shard: fence.shard, records: records.length }, "unconfirmed batch published again");
        await publishAgain(broker, fence, records);
      }
      await ledger.confirm(fence.shard, batchId);
    }
  }
}

/**
 * Second, slow pass: records that are still in the outbox long after their acceptance although the queue is empty. The
 * consumer stores what is missing and settles the rest; this also survives a broker that lost its data.
 */
export async function sweepUnsettled({ broker, ledger, epochs, log }: Dependencies): Promise<void> {
  for (const fence of epochs.openFences()) {
    if ((await broker.queueLength(recordsQueue(fence.shard))) > 0) continue;
    const before = Date.now() - unsettledMs;
    for await (const records of ledger.scanOutbox(fence.shard)) {
      const old = records.filter(({ createdAt }) => createdAt < before);
      if (old.length === 0) continue;
      log.warn({ shard: fence.shard, records: old.length }, "unsettled records published again");
      await publishAgain(broker, fence, old);
    }
  }
}
