/** Forgets logins that were not used for so long that they are over, with the addresses they came from. */
import type { Knex } from "knex";
import { deleteOverSessions } from "../queries/senders.ts";

const rowsAtOnce = 1000;

export async function forgetSessions(db: Knex): Promise<void> {
  while ((await deleteOverSessions(db, rowsAtOnce)) === rowsAtOnce);
}
