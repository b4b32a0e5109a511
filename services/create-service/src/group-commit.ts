/**
 * Gathers records while earlier batches are under way: one allotment and one publish per batch. There is no timer, so
 * an idle service commits at once, and the cost per record falls as load rises.
 */
import { isUnroutable, type Broker } from "@parley/common/broker";
import type { Epochs } from "@parley/common/epochs";
import type { Count } from "@parley/common/figures";
import { isCold, type Allotment, type Fence, type Ledger } from "@parley/common/ledger";
import type { Logger } from "@parley/common/log";
import { problem, Problem, unconfirmed } from "@parley/common/problem";
import type { Draft } from "@parley/common/records";
import { epochKey, exchanges } from "@parley/common/topology";
import { v4 as uuid } from "uuid";
import type { ReadService } from "./read-service.ts";
import { isUnknown, keyReused, refusalOf } from "./refusals.ts";

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
/** Its key, its parent, and once more each after a recovery. */
const mostLookUps = 4;

type Waiting = {
  draft: Draft;
  json: string;
  since: number;
  /** How often something has been looked up in MySQL for it: too often means that the shard keeps changing. */
  lookUps: number;
  /** The epoch in which MySQL did not know its idempotency key. */
  keyNewIn?: number;
  resolve: (committed: Committed) => void;
  reject: (reason: unknown) => void;
};
type Accepted = { waiting: Waiting; committed: Committed; json: string };
type Dependencies = {
  ledger: Pick<Ledger, "allot" | "confirm">;
  broker: Pick<Broker, "publish" | "requireReady">;
  epochs: Pick<Epochs, "fenceOf" | "shardFor" | "markOver">;
  readService: Pick<ReadService, "openParent" | "findKeys">;
  log: Logger;
  count?: Count;
};
/** `number`: 0 for an application; `replayed`: an earlier request with the same idempotency key was given it. */
export type Committed = { number: number; replayed: boolean };
/** Resolves once the broker has the record. */
export type Commit = (draft: Draft) => Promise<Committed>;

const isNewMessage = ({ waiting, committed }: Accepted): boolean =>
  waiting.draft.kind === "message" && !committed.replayed;

const withNumber = (json: string, number: number): string =>
  number === 0 ? json : `${json.slice(0, -1)},"number":${number}}`;

export function createGroupCommit(dependencies: Dependencies): Commit {
  const { ledger, broker, epochs, readService, log, count } = dependencies;
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
    const oldest = performance.now() - longestWaitMs;
    return queue.splice(0, count).filter((waiting) => {
      if (waiting.since >= oldest) return true;
      waiting.reject(problem("unavailable", "This could not be accepted in time."));
      return false;
    });
  }

  /** Looks up what the ledger does not know, and lets the records take part in a later batch. */
  function retryAfter(waiting: Waiting, lookUp: Promise<unknown>): void {
    waiting.lookUps += 1;
    lookUp.then(() => enqueue(waiting)).catch(waiting.reject);
  }

  function openParent(waiting: Waiting): void {
    const { draft } = waiting;
    const parent = draft.kind === "message" ? { token: draft.token, chat: draft.chat } : draft;
    retryAfter(waiting, readService.openParent(parent));
  }

  /** Asks MySQL once for all keys of a batch. */
  function lookUpKeys(fence: Fence, unsure: readonly Waiting[]): void {
    const found = readService.findKeys(unsure.map(({ draft }) => draft));
    unsure.forEach((waiting, i) => {
      const decide = found.then((keys) => {
        const known = keys[i];
        if (!known) {
          waiting.keyNewIn = fence.epoch;
          return retryAfter(waiting, Promise.resolve());
        }
        if (known.fingerprint !== waiting.draft.idempotency?.fingerprint) throw keyReused();
        return waiting.resolve({ number: known.number, replayed: true });
      });
      decide.catch(waiting.reject);
    });
  }

  /** Sorts a batch by what the ledger said of each record. */
  function accept(fence: Fence, batch: Waiting[], allotments: Allotment[]): Accepted[] {
    const accepted: Accepted[] = [];
    const unsure: Waiting[] = [];
    batch.forEach((waiting, i) => {
      const allotment = allotments[i];
      if (!allotment) {
        waiting.reject(problem("unavailable", "The ledger did not answer for this record."));
      } else if ("number" in allotment) {
        const { number, repeats } = allotment;
        const json = repeats ?? withNumber(waiting.json, number);
        accepted.push({ waiting, committed: { number, replayed: repeats !== undefined }, json });
      } else if (!isUnknown(allotment.refused)) {
        waiting.reject(refusalOf(waiting.draft, allotment.refused));
      } else if (waiting.lookUps === mostLookUps) {
        waiting.reject(problem("unavailable", "The numbering of this application keeps changing."));
      } else if (allotment.refused === "key-unknown") unsure.push(waiting);
      else openParent(waiting);
    });
    if (unsure.length > 0) lookUpKeys(fence, unsure);
    return accepted;
  }

  async function publish(fence: Fence, batchId: string, accepted: Accepted[]): Promise<void> {
    const records = accepted.flatMap(({ json }) => (json === "" ? [] : [json]));
    if (records.length > 0) {
      await broker
        .publish({
          exchange: exchanges.records,
          routingKey: epochKey(fence.shard, fence.epoch),
          body: `{"type":"batch","records":[${records.join(",")}]}`,
          mandatory: true,
        })
        .catch((err: unknown) => {
          // They have their numbers, whatever kept them from the broker.
          throw err instanceof Problem && err.slug === "unconfirmed" ? err : unconfirmed(err);
        });
    }
    // Repeats wait for it, too: what they repeat may be in this very batch.
    for (const { waiting, committed } of accepted) waiting.resolve(committed);
    count?.("accepted", accepted.filter(isNewMessage).length);
    // A lost removal costs one harmless repeat by the sweeper.
    ledger.confirm(fence.shard, batchId).catch((err: unknown) => log.debug({ err }, "confirm not noted"));
  }

  async function commitBatch(fence: Fence, batch: Waiting[]): Promise<void> {
    const batchId = uuid();
    let taken = batch;
    try {
      const requests = batch.map(({ draft, json, keyNewIn }) => ({
        draft,
        json,
        isNewKey: keyNewIn === fence.epoch,
      }));
      const accepted = accept(fence, batch, await ledger.allot(fence, batchId, requests));
      // The others have been refused, or look something up.
      taken = accepted.map(({ waiting }) => waiting);
      if (accepted.length > 0) await publish(fence, batchId, accepted);
    } catch (err) {
      refuse(fence, taken, err);
    }
  }

  /** What has not been accepted, and what would wait behind it. */
  function refuse(fence: Fence, taken: Waiting[], err: unknown): void {
    const { waiting } = queueOf(fence.shard);
    if (isCold(err)) {
      epochs.markOver(fence);
      // A cold ledger has allotted nothing: the batch may try its luck in the next epoch.
      waiting.unshift(...taken);
      return;
    }
    for (const one of taken) one.reject(err);
    if (isUnroutable(err)) return epochs.markOver(fence, unroutableMs);
    log.debug({ err, shard: fence.shard }, "batch not accepted");
    // A store that does not answer would keep those behind just as long.
    for (const one of waiting.splice(0)) {
      one.reject(problem("unavailable", "What was before this could not be accepted.", { cause: err }));
    }
  }

  /** While the shard is closed: it may only be that this process has not heard of the next epoch yet. */
  function waitForEpoch(shard: number, closed: unknown): void {
    const { waiting } = queueOf(shard);
    const oldest = performance.now() - closedPatienceMs;
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
      return await new Promise<Committed>((resolve, reject) => {
        enqueue({ draft, json, since: performance.now(), lookUps: 0, resolve, reject });
      });
    } finally {
      records -= 1;
      bytes -= json.length;
    }
  };
}
