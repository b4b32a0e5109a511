/** Records that could not be stored, and numbers that were given twice. */
import type { ParleyRecord } from "@parley/common/records";
import type { Knex } from "knex";

export async function insertParked(
  trx: Knex.Transaction,
  record: ParleyRecord,
  reason: string,
): Promise<void> {
  await trx("parked")
    .insert({ uid: record.uid, record: Buffer.from(JSON.stringify(record)), reason, parked_at: new Date() })
    .onConflict("uid")
    .ignore();
}

export async function insertConflict(
  trx: Knex.Transaction,
  record: ParleyRecord,
  storedUid: string,
): Promise<void> {
  await trx("seq_conflicts")
    .insert({
      uid: record.uid,
      stored_uid: storedUid,
      record: Buffer.from(JSON.stringify(record)),
      found_at: new Date(),
    })
    .onConflict("uid")
    .ignore();
}

export async function countParked(db: Knex): Promise<number> {
  const [row] = await db("parked").count({ total: "*" });
  return Number(row?.["total"] ?? 0);
}
