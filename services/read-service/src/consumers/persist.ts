/** records → MySQL → changes. Anything delivered twice lands once: the keys decide, and uids tell a repeat from a conflict. */
import type { Broker, Delivery as Message } from "@parley/common/broker";
import type { Change } from "@parley/common/changes";
import type { Epochs } from "@parley/common/epochs";
import type { Count } from "@parley/common/figures";
import { isCold, type Fence, type Ledger } from "@parley/common/ledger";
import type { Logger } from "@parley/common/log";
import { Delivery, ParleyRecord } from "@parley/common/records";
import { exchanges } from "@parley/common/topology";
import type { Knex } from "knex";
import { publishChanges } from "../announce.ts";
import { describeRefusal, inTransaction, isDataError } from "@parley/common/db";
import { newestChanges } from "../newest-changes.ts";
import { insertAnnouncement } from "../queries/change-outbox.ts";
import { holdEpoch, insertBarrier } from "../queries/epochs.ts";
import { splitRecords } from "../split-records.ts";
import { storeRecords, type Context, type Outcome } from "../store-records.ts";

/** What one transaction stores. */
const transaction = { records: 2000, bytes: 4 * 1024 * 1024 };

type Dependencies = {
  db: Knex;
  broker: Pick<Broker, "publish">;
  ledger: Pick<Ledger, "settle" | "findChatUnfenced" | "findApplicationUnfenced">;
  epochs: Epochs;
  /** Told of what was stored. */
  remember?: (shard: number, records: readonly ParleyRecord[]) => void;
  log: Logger;
  count?: Count;
};
type Barrier = Extract<Delivery, { type: "barrier" }>;

/** The handler of one shard's deliveries; a rejection brings them again. */
export function createPersist(shard: number, dependencies: Dependencies) {
  const { db, broker, ledger, epochs, remember, log, count } = dependencies;
  const context: Context = {
    findApplication: (token) => ledger.findApplicationUnfenced(shard, token),
    findChat: (token, chat) => ledger.findChatUnfenced(shard, token, chat),
    log,
  };

  /** What a recovery published again is stored only in its own epoch: later, its numbers may be others'. */
  function storeWithin(
    within: Fence | undefined,
    records: readonly ParleyRecord[],
    how: Context,
  ): Promise<Outcome> {
    return inTransaction(db, async (trx) => {
      if (!within || (await holdEpoch(trx, within, "recovering"))) return storeRecords(trx, records, how);
      log.warn(
        { ...within, records: records.length },
        "records of a recovery that is over, left to the next",
      );
      return { settled: [], changes: [], messages: 0 };
    });
  }

  /** Halves what MySQL refuses until it is one record, which is parked: its row keeps the number, the queue goes on. */
  async function storeBisecting(records: readonly ParleyRecord[], within?: Fence): Promise<Outcome[]> {
    try {
      return [await storeWithin(within, records, context)];
    } catch (err) {
      if (!isDataError(err)) throw err;
      const [first] = records;
      if (records.length === 1 && first) {
        log.error({ err, uid: first.uid, kind: first.kind }, "record cannot be stored, parked");
        const parkedBecause = describeRefusal(err);
        return [await storeWithin(within, [first], { ...context, parkedBecause })];
      }
      const half = Math.ceil(records.length / 2);
      return [
        ...(await storeBisecting(records.slice(0, half), within)),
        ...(await storeBisecting(records.slice(half), within)),
      ];
    }
  }

  /** A broker that takes nothing must not keep the queue from being emptied: then the sweep tells. */
  async function tell(changes: readonly Change[]): Promise<void> {
    try {
      await publishChanges(broker, shard, changes);
    } catch (err) {
      log.debug({ err, shard, chats: changes.length }, "stored records not told of yet");
      await inTransaction(db, async (trx) => {
        for (const change of changes) await insertAnnouncement(trx, change);
      });
    }
  }

  /** What cannot be settled now stays in the outbox, and the sweep or the recovery settles it. */
  async function settle(outcomes: readonly Outcome[]): Promise<void> {
    const entries = outcomes.flatMap(({ settled }) => settled);
    try {
      const fence = epochs.fenceOf(shard);
      await ledger.settle(fence, entries).catch((err: unknown) => {
        if (isCold(err)) epochs.markOver(fence);
        throw err;
      });
    } catch (err) {
      log.debug({ err, shard, records: entries.length }, "stored records not settled yet");
    }
  }

  async function store(records: readonly ParleyRecord[], within?: Fence): Promise<void> {
    for (const part of splitRecords(records, transaction)) {
      const outcomes = await storeBisecting(part, within);
      await tell([...newestChanges(outcomes.flatMap(({ changes }) => changes)).values()]);
      await settle(outcomes);
      for (const { messages } of outcomes) count?.("stored", messages);
      remember?.(shard, part);
    }
  }

  /**
   * A barrier proves that all before it is stored, but only on the channel that was given all before it: a redelivered
   * one proves nothing, and the recovery sends another.
   */
  async function pass({ id, epoch }: Barrier, redelivered: boolean): Promise<void> {
    if (redelivered) return;
    await inTransaction(db, async (trx) => {
      if (await holdEpoch(trx, { shard, epoch }, "recovering")) {
        await insertBarrier(trx, { id, shard, epoch });
      }
    });
  }

  async function deadLetter(body: string, err: unknown): Promise<void> {
    log.error({ err, shard, bytes: body.length }, "delivery cannot be read, dead-lettered");
    await broker.publish({ exchange: exchanges.dead, routingKey: "", body, mandatory: true });
  }

  /** Undefined for what is no delivery at all. */
  async function readDelivery({ body }: Message): Promise<Delivery | undefined> {
    try {
      return Delivery.parse(JSON.parse(body.toString()));
    } catch (err) {
      await deadLetter(body.toString(), err);
      return undefined;
    }
  }

  async function readRecords(given: readonly unknown[]): Promise<ParleyRecord[]> {
    const records: ParleyRecord[] = [];
    for (const one of given) {
      const { success, data, error } = ParleyRecord.safeParse(one);
      if (success) records.push(data);
      else await deadLetter(JSON.stringify({ type: "batch", records: [one] }), error);
    }
    return records;
  }

  return async (messages: readonly Message[]): Promise<void> => {
    const records: ParleyRecord[] = [];
    for (const message of messages) {
      const delivery = await readDelivery(message);
      if (!delivery) continue;
      if (delivery.type === "barrier") {
        await store(records.splice(0));
        await pass(delivery, message.redelivered);
      } else if (delivery.epoch === undefined) {
        records.push(...(await readRecords(delivery.records)));
      } else {
        await store(records.splice(0));
        await store(await readRecords(delivery.records), { shard, epoch: delivery.epoch });
      }
    }
    await store(records);
  };
}
