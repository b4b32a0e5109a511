/** Sessions: a login each, with the newest of its refresh tokens. */
import type { Knex } from "knex";

export type Session = {
  id: string;
  userId: number;
  generation: number;
  refreshHash: string;
  userAgent?: string;
  address?: string;
  createdAt: Date;
  usedAt: Date;
};

type Row = {
  id: string;
  user_id: number;
  generation: number;
  refresh_hash: string;
  user_agent: string | null;
  address: string | null;
  created_at: Date;
  used_at: Date;
  expires_at: Date;
  ended_at: Date | null;
};

function toSession(row: Row): Session {
  return {
    id: row.id,
    userId: row.user_id,
    generation: row.generation,
    refreshHash: row.refresh_hash,
    ...(row.user_agent !== null && { userAgent: row.user_agent }),
    ...(row.address !== null && { address: row.address }),
    createdAt: row.created_at,
    usedAt: row.used_at,
  };
}

const live = (db: Knex) => db<Row>("sessions").whereNull("ended_at").where("expires_at", ">", new Date());

export type NewSession = Pick<Session, "id" | "userId" | "refreshHash"> & {
  userAgent?: string | undefined;
  address?: string | undefined;
  expiresAt: Date;
};

export async function insertSession(db: Knex, session: NewSession, at: Date): Promise<void> {
  await db("sessions").insert({
    id: session.id,
    user_id: session.userId,
    refresh_hash: session.refreshHash,
    user_agent: session.userAgent ?? null,
    address: session.address ?? null,
    created_at: at,
    used_at: at,
    expires_at: session.expiresAt,
  });
}

/** Undefined when it has ended. */
export async function findSession(db: Knex, id: string): Promise<Session | undefined> {
  const row = await live(db).where({ id }).first();
  return row && toSession(row);
}

/** As findSession, locked until the transaction ends. */
export async function lockSession(trx: Knex.Transaction, id: string): Promise<Session | undefined> {
  const row = await live(trx).where({ id }).forUpdate().first();
  return row && toSession(row);
}

/** Those that have not ended, oldest first. */
export async function listSessions(db: Knex, userId: number): Promise<Session[]> {
  const rows: Row[] = await live(db).where({ user_id: userId }).orderBy("created_at").orderBy("id");
  return rows.map(toSession);
}

export async function updateGeneration(
  trx: Knex.Transaction,
  id: string,
  next: { generation: number; refreshHash: string; expiresAt: Date; at: Date },
): Promise<void> {
  await trx("sessions").where({ id }).update({
    generation: next.generation,
    refresh_hash: next.refreshHash,
    used_at: next.at,
    expires_at: next.expiresAt,
  });
}

export async function endSessions(db: Knex, ids: readonly string[], at: Date): Promise<void> {
  await db("sessions").whereIn("id", ids).whereNull("ended_at").update({ ended_at: at });
}

/** All of a user's. */
export async function endSessionsOf(trx: Knex.Transaction, userId: number, at: Date): Promise<void> {
  await trx("sessions").where({ user_id: userId }).whereNull("ended_at").update({ ended_at: at });
}

/** Sessions that ended, or were not used for long, before `at`. */
export async function deleteOldSessions(db: Knex, userId: number, at: Date): Promise<void> {
  await db("sessions")
    .where({ user_id: userId })
    .where((any) => void any.where("ended_at", "<", at).orWhere("expires_at", "<", at))
    .delete();
}
