/** Applications in MySQL. */
import type { ApplicationRecord } from "@parley/common/records";
import type { Knex } from "knex";

export type Application = {
  token: string;
  name: string;
  secretVersion: number;
  guestAccess: boolean;
  chatsCount: number;
  version: number;
  createdAt: Date;
  updatedAt: Date;
};
export type ApplicationState = "live" | "deleted" | "purged" | "parked";
export type StoredApplication = Application & { id: number; state: ApplicationState };

type Row = {
  id: number;
  token: string;
  name: string;
  secret_version: number;
  guest_access: 0 | 1;
  chats_count: number;
  version: number;
  state: ApplicationState;
  created_at: Date;
  updated_at: Date;
};

function toApplication(row: Row): StoredApplication {
  return {
    id: row.id,
    token: row.token,
    name: row.name,
    secretVersion: row.secret_version,
    guestAccess: row.guest_access === 1,
    chatsCount: Math.max(row.chats_count, 0),
    version: row.version,
    state: row.state,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

/** An accepted application as it will be in MySQL. */
export function applicationOf({ token, name, createdAt }: ApplicationRecord): Application {
  const at = new Date(createdAt);
  const counts = { secretVersion: 1, chatsCount: 0, version: 0 };
  return { token, name, guestAccess: true, ...counts, createdAt: at, updatedAt: at };
}

export async function findApplication(db: Knex, token: string): Promise<StoredApplication | undefined> {
  const row = await db<Row>("applications").where({ token }).first();
  return row ? toApplication(row) : undefined;
}

/** Locks the row until the transaction ends. */
export async function lockApplication(
  trx: Knex.Transaction,
  token: string,
): Promise<StoredApplication | undefined> {
  const row = await trx<Row>("applications").where({ token }).forUpdate().first();
  return row ? toApplication(row) : undefined;
}

export type ApplicationCursor = Pick<Application, "createdAt" | "token">;
export type ApplicationPage = {
  after?: ApplicationCursor | undefined;
  before?: ApplicationCursor | undefined;
  order: "asc" | "desc";
  limit: number;
};

/** Live applications in order of (created_at, token). */
export async function listApplications(db: Knex, page: ApplicationPage): Promise<Application[]> {
  const query = db<Row>("applications").where({ state: "live" });
  const { after, before } = page;
  if (after) query.whereRaw("(created_at, token) > (?, ?)", [after.createdAt, after.token]);
  if (before) query.whereRaw("(created_at, token) < (?, ?)", [before.createdAt, before.token]);
  const rows: Row[] = await query
    .orderBy([
      { column: "created_at", order: page.order },
      { column: "token", order: page.order },
    ])
    .limit(page.limit);
  return rows.map(toApplication);
}

/** Ids and states by token. */
export async function mapApplications(
  db: Knex,
  tokens: readonly string[],
): Promise<Map<string, { id: number; state: ApplicationState }>> {
  if (tokens.length === 0) return new Map();
  const rows: Pick<Row, "id" | "token" | "state">[] = await db<Row>("applications")
    .select("id", "token", "state")
    .whereIn("token", tokens);
  return new Map(rows.map(({ id, token, state }) => [token, { id, state }]));
}

/** @throws ER_DUP_ENTRY when any of them is there already; then none is inserted */
export async function insertApplications(
  trx: Knex.Transaction,
  records: readonly ApplicationRecord[],
  state: ApplicationState = "live",
): Promise<void> {
  const rows = records.map(({ token, name, createdAt }) => {
    const at = new Date(createdAt);
    return { token, name, state, created_at: at, updated_at: at };
  });
  await trx("applications").insert(rows);
}

export async function updateApplication(
  trx: Knex.Transaction,
  id: number,
  { name, guestAccess, at }: { name: string; guestAccess: boolean; at: Date },
): Promise<void> {
  await trx("applications")
    .where({ id })
    .update({ name, guest_access: guestAccess, version: trx.raw("version + 1"), updated_at: at });
}

export async function raiseSecretVersion(trx: Knex.Transaction, id: number): Promise<void> {
  await trx("applications").where({ id }).increment("secret_version", 1);
}

/** Its row stays for ever; its name goes. What is under it is purged in the background. */
export async function markApplicationDeleted(trx: Knex.Transaction, id: number, at: Date): Promise<void> {
  await trx("applications").where({ id }).update({ state: "deleted", name: "", updated_at: at });
}

export async function addChatsCounts(
  trx: Knex.Transaction,
  deltas: ReadonlyMap<string, number>,
): Promise<void> {
  for (const [token, delta] of deltas) {
    await trx("applications").where({ token }).increment("chats_count", delta);
  }
}

/** Gives a parked application its name. */
export async function unparkApplication(
  trx: Knex.Transaction,
  { token, name }: ApplicationRecord,
): Promise<void> {
  await trx("applications").where({ token, state: "parked" }).update({ state: "live", name });
}
