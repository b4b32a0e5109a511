/** Which record each idempotency key was used for. */
import { keptMs, timeOfKey } from "@parley/common/idempotency";
import { parentOf } from "@parley/common/ledger";
import type { ParleyRecord, StoredKey } from "@parley/common/records";
import type { Knex } from "knex";

type Row = {
  parent: string;
  idempotency_key: string;
  fingerprint: string;
  number: number;
  uid: string;
  kept_until: Date | null;
};
export type NewKey = StoredKey & { uid: string; keptUntil: Date | undefined };

/**
 * The key of a record that has one. One that carries its time is kept for ever, and so is an application's: its token
 * comes from the key, so a later creation could not be told from the first.
 */
export function keyOf(record: ParleyRecord): NewKey | undefined {
  if (!record.idempotency) return undefined;
  const { key, fingerprint } = record.idempotency;
  const isForEver = record.kind === "application" || timeOfKey(key) !== undefined;
  return {
    parent: parentOf(record),
    key,
    fingerprint,
    number: record.kind === "application" ? 0 : record.number,
    uid: record.uid,
    keptUntil: isForEver ? undefined : new Date(Date.now() + keptMs),
  };
}

/** @throws ER_DUP_ENTRY when any of them is there already; then none is inserted */
export async function insertKeys(trx: Knex.Transaction, keys: readonly NewKey[]): Promise<void> {
  const rows = keys.map(({ parent, key, fingerprint, number, uid, keptUntil }) => [
    parent,
    key,
    fingerprint,
    number,
    uid,
    keptUntil ?? null,
  ]);
  await trx.raw(
    "INSERT INTO idempotency_keys (parent, idempotency_key, fingerprint, number, uid, kept_until) VALUES ?",
    [rows] as unknown as Knex.RawBinding[],
  );
}

/** Those of `keys` that are there. */
export async function listKeys(
  db: Knex,
  keys: readonly { parent: string; key: string }[],
): Promise<(StoredKey & { uid: string })[]> {
  if (keys.length === 0) return [];
  const rows: Row[] = await db<Row>("idempotency_keys").where((any) => {
    for (const [parent, ofParent] of Map.groupBy(keys, (one) => one.parent)) {
      void any.orWhere((of) => {
        void of.where({ parent }).whereIn(
          "idempotency_key",
          ofParent.map(({ key }) => key),
        );
      });
    }
  });
  return rows.map(({ parent, idempotency_key: key, fingerprint, number, uid }) => ({
    parent,
    key,
    fingerprint,
    number,
    uid,
  }));
}

export async function hasKeys(db: Knex): Promise<boolean> {
  return (await db<Row>("idempotency_keys").select("parent").first()) !== undefined;
}

/** Gives how many were forgotten. */
export async function deleteOldKeys(db: Knex, limit: number): Promise<number> {
  return db<Row>("idempotency_keys").where("kept_until", "<", new Date()).limit(limit).delete();
}

/** Of a parent that was deleted: nothing can be created in it any more. Gives how many were forgotten. */
export async function deleteKeysOf(db: Knex, parent: string, limit: number): Promise<number> {
  return db<Row>("idempotency_keys").where({ parent }).limit(limit).delete();
}
