/** Adds the counts that wait in the ledger to MySQL, exactly once whatever dies in between. */
import type { Epochs } from "@parley/common/epochs";
import type { Ledger } from "@parley/common/ledger";
import type { Logger } from "@parley/common/log";
import { v4 as uuid } from "uuid";
import type { Knex } from "knex";
import { inTransaction, isDuplicateKey } from "@parley/common/db";
import { addChatsCounts } from "../queries/applications.ts";
import { addMessagesCounts } from "../queries/chats.ts";
import { deleteOldFlushes, insertFlush } from "../queries/flush-batches.ts";
import { forEachOpenShard } from "./each-shard.ts";

type Dependencies = {
  db: Knex;
  ledger: Pick<Ledger, "takeCounts" | "dropCounts">;
  epochs: Epochs;
  log: Logger;
};

/** Set aside in Redis under an id → added in one transaction with that id → dropped from Redis. */
export async function flushCounts({ db, ledger, ...shards }: Dependencies): Promise<void> {
  await forEachOpenShard(shards, async (fence) => {
    const counts = await ledger.takeCounts(fence, uuid());
    if (!counts) return;
    try {
      await inTransaction(db, async (trx) => {
        await insertFlush(trx, counts.id);
        await addChatsCounts(trx, counts.chats);
        await addMessagesCounts(trx, counts.messages);
      });
    } catch (err) {
      // The id is there: a flush before this one added them and died before dropping them.
      if (!isDuplicateKey(err)) throw err;
    }
    await ledger.dropCounts(fence, counts.id);
  });
  await deleteOldFlushes(db);
}
