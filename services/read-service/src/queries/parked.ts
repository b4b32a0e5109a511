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

/** Those of `uids` that are parked, or in conflict with another record. */
export async function findSetAside(db: Knex, uids: readonly string[]): Promise<Set<string>> {
  if (uids.length === 0) return new Set();
  const [parked, conflicts]: { uid: string }[][] = await Promise.all(
    ["parked", "seq_conflicts"].map((table) => db(table).select("uid").whereIn("uid", uids)),
  );
  return new Set([...(parked ?? []), ...(conflicts ?? [])].map(({ uid }) => uid));
}

export async function countParked(db: Knex): Promise<number> {
  const [row] = await db("parked").count({ total: "*" });
  return Number(row?.["total"] ?? 0);
}

export type Parked = { uid: string; record: ParleyRecord; reason: string; parkedAt: Date };
type Row = { uid: string; record: Buffer; reason: string; parked_at: Date };

function toParked({ uid, record, reason, parked_at }: Row): Parked {
  return { uid, record: JSON.parse(record.toString()) as ParleyRecord, reason, parkedAt: parked_at };
}

/** In order of uid, from behind `after`. */
export async function listParked(
  db: Knex,
  { after, limit }: { after: string; limit: number },
): Promise<Parked[]> {
  const rows: Row[] = await db<Row>("parked").where("uid", ">", after).orderBy("uid").limit(limit);
  return rows.map(toParked);
}

export async function findParked(db: Knex, uid: string): Promise<Parked | undefined> {
  const row: Row | undefined = await db<Row>("parked").where({ uid }).first();
  return row && toParked(row);
}

/** Whether it is parked; another replay of it waits until the transaction ends. */
export async function lockParked(trx: Knex.Transaction, uid: string): Promise<boolean> {
  return (await trx("parked").where({ uid }).forUpdate().first("uid")) !== undefined;
}

export async function deleteParked(trx: Knex.Transaction, uid: string): Promise<void> {
  await trx("parked").where({ uid }).delete();
}

export async function updateParkedReason(db: Knex, uid: string, reason: string): Promise<void> {
  await db("parked").where({ uid }).update({ reason });
}
