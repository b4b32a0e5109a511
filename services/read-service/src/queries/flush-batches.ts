/** Ids of the batches of counts that have been added. */
import type { Knex } from "knex";

const keptDays = 7;

/** @throws ER_DUP_ENTRY when this batch has been added already */
export async function insertFlush(trx: Knex.Transaction, id: string): Promise<void> {
  await trx("flush_batches").insert({ id, flushed_at: new Date() });
}

export async function deleteOldFlushes(db: Knex): Promise<void> {
  const before = new Date(Date.now() - keptDays * 24 * 3_600_000);
  await db("flush_batches").where("flushed_at", "<", before).delete();
}

export async function hasFlush(db: Knex, id: string): Promise<boolean> {
  return (await db("flush_batches").where({ id }).first()) !== undefined;
}
