/** Idempotency keys are stored with the records that they were used for, in one transaction. */
import type { Logger } from "@parley/common/log";
import type { Knex } from "knex";
import { insertNew, type Candidate, type Insertion } from "./insert-new.ts";
import { insertKeys, keyOf, listKeys } from "./queries/idempotency-keys.ts";

const nameOf = ({ parent, key }: { parent: string; key: string }): string => `${parent} ${key}`;

/** A key that another record has is a conflict, as a number is. */
async function storeKeys<Row>(
  trx: Knex.Transaction,
  inserted: readonly Candidate<Row>[],
  log: Logger,
): Promise<void> {
  const candidates = inserted.flatMap(({ record }) => {
    const row = keyOf(record);
    return row ? [{ record, row, key: nameOf(row) }] : [];
  });
  await insertNew(trx, candidates, {
    insert: (rows) => insertKeys(trx, rows),
    storedUids: async () => {
      const taken = await listKeys(
        trx,
        candidates.map(({ row }) => row),
      );
      return new Map(taken.map((one) => [nameOf(one), one.uid]));
    },
    log,
  });
}

/** As insertNew, with the keys of what was new. */
export async function insertWithKeys<Row>(
  trx: Knex.Transaction,
  candidates: readonly Candidate<Row>[],
  insertion: Insertion<Row>,
): Promise<Candidate<Row>[]> {
  const inserted = await insertNew(trx, candidates, insertion);
  await storeKeys(trx, inserted, insertion.log);
  return inserted;
}
