/**
 * Gathers records while earlier batches are under way: one allotment and one publish per batch. There is no timer, so
 * an idle service commits at once, and the cost per record falls as load rises.
 */
import { isUnroutable, type Broker } from "@parley/common/broker";
import type { Epochs } from "@parley/common/epochs";
import { isCold, type Allotment, type Fence, type Ledger } from "@parley/common/ledger";
import type { Logger } from "@parley/common/log";
import { problem } from "@parley/common/problem";
import type { Draft } from "@parley/common/records";
import { epochKey, exchanges } from "@parley/common/topology";
import { v4 as uuid } from "uuid";
import type { Parent, ReadService } from "./read-service.ts";

const batchRecords = 500;
const batchBytes = 1024 * 1024;
const batchesUnderWay = 2;
const waitingRecords = 10_000;
const waitingBytes = 64 * 1024 * 1024;
const longestWaitMs = 3000;
const closedPatienceMs = 300;
const closedPollMs = 25;
/** A return may be the broker's passing trouble; the recovery opens another epoch if it is not. */
const unroutableMs = 1000;

type Waiting = {
  draft: Draft;
  json: string;
  since: number;
  /** How often its parent has been opened for it: twice means that the shard keeps changing. */
  opened: number;
  resolve: (number: number) => void;
  reject: (reason: unknown) => void;
};
type Accepted = { waiting: Waiting; number: number };
type Dependencies = {
  ledger: Pick<Ledger, "allot" | "confirm">;
  broker: Pick<Broker, "publish" | "requireReady">;
  epochs: Pick<Epochs, "fenceOf" | "shardFor" | "markOver">;
  readService: Pick<ReadService, "openParent">;
  log: Logger;
};
/** Gives the record's number once the broker has it; 0 for an application. */
export type Commit = (draft: Draft) => Promise<number>;

const withNumber = (json: string, number: number): string =>
  number === 0 ? json : `${json.slice(0, -1)},"number":${number}}`;

function parentToOpen({ draft }: Waiting, allotment: Allotment): Parent | undefined {
  if (!("refused" in allotment)) return undefined;
  const chat = draft.kind === "message" ? draft.chat : undefined;
  switch (allotment.refused) {
    case "application-unknown":
    case "chat-unknown":
      return chat === undefined ? { token: draft.token } : { token: draft.token, chat };
    case "application-deleted":
      throw problem("application-deleted", "This application was deleted.");
    case "chat-deleted":
      throw problem("chat-deleted", `Chat ${chat ?? ""} of this application was deleted.`);
  }
}

export function createGroupCommit({ ledger, broker, epochs, readService, log }: Dependencies): Commit {
  const queues = new Map<number, { waiting: Waiting[]; underWay: number; scheduled: boolean }>();
  let records = 0;
  let bytes = 0;

  function queueOf(shard: number) {
    const queue = queues.get(shard) ?? { waiting: [], underWay: 0, scheduled: false };
    queues.set(shard, queue);
    return queue;
  }

  /** Takes the next batch, and refuses what has waited too long. */
  function takeBatch(queue: Waiting[]): Waiting[] {
    let size = 0;
    let count = 0;
    while (count < queue.length && count < batchRecords && (count === 0 || size < batchBytes)) {
      size += queue[count]?.json.length ?? 0;
      count += 1;
    }
    const oldest = Date.now() - longestWaitMs;
    return queue.splice(0, count).filter((waiting) => {
      if (waiting.since >= oldest) return true;
      waiting.reject(problem("unavailable", "This could not be accepted in time."));
      return false;
    });
  }

  /** Opens the parent and lets the record take part in a later batch. */
  async function retryWithParent(waiting: Waiting, parent: Parent): Promise<void> {
    if (waiting.opened === 2) {
      throw problem("unavailable", "The numbering of this application keeps changing.");
    }
    await readService.openParent(parent);
    waiting.opened += 1;
    enqueue(waiting);
  }

  /** Sorts a batch by what the ledger said of each record. */
  function accept(batch: Waiting[], allotments: Allotment[]): Accepted[] {
    return batch.flatMap((waiting, i) => {
      const allotment = allotments[i];
      try {
        if (!allotment) throw problem("unavailable", "The ledger did not answer for this record.");
        if ("number" in allotment) return [{ waiting, number: allotment.number }];
        const parent = parentToOpen(waiting, allotment);
        if (parent) retryWithParent(waiting, parent).catch(waiting.reject);
      } catch (refusal) {
        waiting.reject(refusal);
      }
      return [];
    });
  }

  async function publish(fence: Fence, batchId: string, accepted: Accepted[]): Promise<void> {
    const body = accepted.map(({ waiting, number }) => withNumber(waiting.json, number)).join(",");
    await broker.publish({
      exchange: exchanges.records,
      routingKey: epochKey(fence.shard, fence.epoch),
      body: `{"type":"batch","records":[${body}]}`,
      mandatory: true,
    });
    for (const { waiting, number } of accepted) waiting.resolve(number);
    // A lost removal costs one harmless repeat by the sweeper.
    ledger.confirm(fence.shard, batchId).catch((err: unknown) => log.debug({ err }, "confirm not noted"));
  }

  async function commitBatch(fence: Fence, batch: Waiting[]): Promise<void> {
    const batchId = uuid();
    try {
      const accepted = accept(batch, await ledger.allot(fence, batchId, batch));
      if (accepted.length > 0) await publish(fence, batchId, accepted);
    } catch (err) {
      if (isCold(err)) epochs.markOver(fence);
      else if (isUnroutable(err)) epochs.markOver(fence, unroutableMs);
      else log.debug({ err, shard: fence.shard }, "batch not accepted");
      // A cold ledger has allotted nothing: the batch may try its luck in the next epoch.
      if (isCold(err)) queueOf(fence.shard).waiting.unshift(...batch);
      else for (const waiting of batch) waiting.reject(err);
    }
  }

  /** While the shard is closed: it may only be that this process has not heard of the next epoch yet. */
  function waitForEpoch(shard: number, closed: unknown): void {
    const { waiting } = queueOf(shard);
    const oldest = Date.now() - closedPatienceMs;
    for (const one of waiting.splice(0)) {
      if (one.since >= oldest) waiting.push(one);
      else one.reject(closed);
    }
    if (waiting.length > 0) schedule(shard, (pumpAgain) => setTimeout(pumpAgain, closedPollMs));
  }

  function pump(shard: number): void {
    const queue = queueOf(shard);
    while (queue.underWay < batchesUnderWay && queue.waiting.length > 0) {
      let fence: Fence;
      try {
        // Asked before a number is taken: what is refused here burns none.
        broker.requireReady();
        fence = epochs.fenceOf(shard);
      } catch (closed) {
        return waitForEpoch(shard, closed);
      }
      const batch = takeBatch(queue.waiting);
      if (batch.length === 0) continue;
      queue.underWay += 1;
      void commitBatch(fence, batch).finally(() => {
        queue.underWay -= 1;
        pump(shard);
      });
    }
  }

  function schedule(shard: number, later: (pumpAgain: () => void) => unknown): void {
    const queue = queueOf(shard);
    if (queue.scheduled) return;
    queue.scheduled = true;
    later(() => {
      queue.scheduled = false;
      pump(shard);
    });
  }

  function enqueue(waiting: Waiting): void {
    const shard = epochs.shardFor(waiting.draft.token);
    queueOf(shard).waiting.push(waiting);
    // Requests that arrive in the same turn of the event loop share a batch.
    schedule(shard, setImmediate);
  }

  return async (draft) => {
    const json = JSON.stringify(draft);
    if (records >= waitingRecords || bytes + json.length > waitingBytes) {
      throw problem("overloaded", "Too many records are waiting to be accepted.");
    }
    records += 1;
    bytes += json.length;
    try {
      return await new Promise<number>((resolve, reject) => {
        enqueue({ draft, json, since: Date.now(), opened: 0, resolve, reject });
      });
    } finally {
      records -= 1;
      bytes -= json.length;
    }
  };
}
