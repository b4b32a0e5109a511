/** Applications, as far as accounts need them. */
import { selectRows } from "@parley/common/db";
import type { Knex } from "knex";

export type Application = {
  id: number;
  token: string;
  state: "live" | "deleted" | "purged" | "parked";
  secretVersion: number;
  guestAccess: boolean;
};
type Row = {
  id: number;
  state: Application["state"];
  secret_version: number;
  guest_access: 0 | 1;
};

export async function findApplication(db: Knex, token: string): Promise<Application | undefined> {
  const [row] = await selectRows<Row>(
    db,
    "SELECT id, state, secret_version, guest_access FROM applications WHERE token = ?",
    [token],
  );
  if (!row) return undefined;
  const { id, state, secret_version: secretVersion, guest_access } = row;
  return { id, token, state, secretVersion, guestAccess: guest_access === 1 };
}

/** The next user's number. Locks the application's row until the transaction ends; undefined when it was deleted. */
export async function takeUserNumber(trx: Knex.Transaction, id: number): Promise<number | undefined> {
  const raised = await trx("applications").where({ id, state: "live" }).increment("last_user", 1);
  if (raised === 0) return undefined;
  const row: { last_user: number } | undefined = await trx("applications").where({ id }).first("last_user");
  return row?.last_user;
}
