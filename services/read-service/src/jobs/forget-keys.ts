/** Forgets idempotency keys whose time is over: those that carry no time are kept for a day. */
import type { Knex } from "knex";
import { deleteOldKeys } from "../queries/idempotency-keys.ts";

const rowsAtOnce = 1000;

export async function forgetKeys(db: Knex): Promise<void> {
  while ((await deleteOldKeys(db, rowsAtOnce)) === rowsAtOnce);
}
