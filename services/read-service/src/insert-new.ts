/** Inserting what may be there already: the unique key decides, and the uid tells a repeat from a conflict. */
import type { Logger } from "@parley/common/log";
import type { ParleyRecord } from "@parley/common/records";
import type { Knex } from "knex";
import { isDuplicateKey } from "@parley/common/db";
import { insertConflict } from "./queries/parked.ts";

/** A record with the row it is to become; `key` is what must be unique. */
export type Candidate<Row> = { record: ParleyRecord; row: Row; key: string };
export type Insertion<Row> = {
  insert: (rows: Row[]) => Promise<void>;
  /** By key, the uids of those candidates' keys that are taken. */
  storedUids: () => Promise<Map<string, string>>;
  log: Logger;
};

/**
 * Inserts what is new. On a duplicate key the uids decide: the same is a repeat and fine, another is a number that was
 * given twice, which is recorded and alarmed and never dropped.
 */
export async function insertNew<Row>(
  trx: Knex.Transaction,
  candidates: readonly Candidate<Row>[],
  { insert, storedUids, log }: Insertion<Row>,
): Promise<Candidate<Row>[]> {
  if (candidates.length === 0) return [];
  try {
    await insert(candidates.map(({ row }) => row));
    return [...candidates];
  } catch (err) {
    if (!isDuplicateKey(err)) throw err;
  }
  const taken = await storedUids();
  const fresh: Candidate<Row>[] = [];
  for (const candidate of candidates) {
    const { record, key } = candidate;
    const uid = taken.get(key);
    if (uid === undefined) fresh.push(candidate);
    else if (uid !== record.uid) {
      log.error(
        { uid: record.uid, storedUid: uid, kind: record.kind },
        "one number or key was given to two records",
      );
      await insertConflict(trx, record, uid);
    }
    taken.set(key, uid ?? record.uid);
  }
  if (fresh.length > 0) await insert(fresh.map(({ row }) => row));
  return fresh;
}
