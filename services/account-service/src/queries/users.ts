/** Users with their profiles. */
import { selectRows } from "@parley/common/db";
import type { NumberPage } from "@parley/common/paging";
import type { Knex } from "knex";
import type { Profile } from "../profile.ts";

export type User = {
  id: number;
  applicationId: number;
  number: number;
  username: string;
  passwordHash?: string;
  state: "live" | "deleted" | "purged";
  version: number;
  createdAt: Date;
  updatedAt: Date;
  profile: Profile;
};

type Row = {
  id: number;
  application_id: number;
  number: number;
  username: string | null;
  password_hash: string | null;
  state: User["state"];
  version: number;
  created_at: Date;
  updated_at: Date;
  display_name: string | null;
  description: string | null;
  colour: string | null;
  avatar_url: string | null;
  locale: string | null;
  custom: string | null;
};

/** Users `u` with their profiles `p`. */
const select = `SELECT u.id, u.application_id, u.number, u.username, u.password_hash, u.state, u.version, u.created_at, u.updated_at,
  p.display_name, p.description, p.colour, p.avatar_url, p.locale, p.custom
  FROM users u LEFT JOIN profiles p ON p.user_id = u.id`;

function toUser(row: Row): User {
  return {
    id: row.id,
    applicationId: row.application_id,
    number: row.number,
    username: row.username ?? "",
    ...(row.password_hash !== null && { passwordHash: row.password_hash }),
    state: row.state,
    version: row.version,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    profile: {
      ...(row.display_name !== null && { displayName: row.display_name }),
      ...(row.description !== null && { description: row.description }),
      ...(row.colour !== null && { colour: row.colour }),
      ...(row.avatar_url !== null && { avatarUrl: row.avatar_url }),
      ...(row.locale !== null && { locale: row.locale }),
      ...(row.custom !== null && { custom: JSON.parse(row.custom) as Record<string, unknown> }),
    },
  };
}

export async function findUser(db: Knex, applicationId: number, number: number): Promise<User | undefined> {
  const [row] = await selectRows<Row>(db, `${select} WHERE u.application_id = ? AND u.number = ?`, [
    applicationId,
    number,
  ]);
  return row && toUser(row);
}

/** @param key as usernameKey gives it */
export async function findUserByKey(db: Knex, applicationId: number, key: string): Promise<User | undefined> {
  const [row] = await selectRows<Row>(db, `${select} WHERE u.application_id = ? AND u.username_key = ?`, [
    applicationId,
    key,
  ]);
  return row && toUser(row);
}

export async function findUserOfSession(db: Knex, session: string): Promise<User | undefined> {
  const [row] = await selectRows<Row>(db, `${select} JOIN sessions s ON s.user_id = u.id WHERE s.id = ?`, [
    session,
  ]);
  return row && toUser(row);
}

/** Locks the user's row until the transaction ends. */
export async function lockUser(trx: Knex.Transaction, id: number): Promise<User | undefined> {
  const locked: unknown = await trx("users").where({ id }).forUpdate().first("id");
  if (!locked) return undefined;
  const [row] = await selectRows<Row>(trx, `${select} WHERE u.id = ?`, [id]);
  return row && toUser(row);
}

/** Live users, in order of number. */
export async function listUsers(db: Knex, applicationId: number, page: NumberPage): Promise<User[]> {
  const { after, before, order, limit } = page;
  const rows = await selectRows<Row>(
    db,
    `${select} WHERE u.application_id = ? AND u.state = 'live' AND u.number > ? AND u.number < ?
     ORDER BY u.number ${order === "asc" ? "ASC" : "DESC"} LIMIT ?`,
    [applicationId, after, before, limit],
  );
  return rows.map(toUser);
}

/** Those of `numbers` that are live, by number. */
export async function mapUsers(
  db: Knex,
  applicationId: number,
  numbers: readonly number[],
): Promise<Map<number, User>> {
  if (numbers.length === 0) return new Map();
  const rows = await selectRows<Row>(
    db,
    `${select} WHERE u.application_id = ? AND u.state = 'live' AND u.number IN (${numbers.map(() => "?").join()})`,
    [applicationId, ...numbers],
  );
  return new Map(rows.map((row) => [row.number, toUser(row)]));
}

type NewUser = Pick<User, "applicationId" | "number" | "username"> & {
  key: string;
  passwordHash?: string | undefined;
};

/** @throws ER_DUP_ENTRY when the name is taken */
export async function insertUser(trx: Knex.Transaction, user: NewUser, at: Date): Promise<number> {
  const [id = 0] = await trx("users").insert({
    application_id: user.applicationId,
    number: user.number,
    username: user.username,
    username_key: user.key,
    password_hash: user.passwordHash ?? null,
    created_at: at,
    updated_at: at,
  });
  return id;
}

type ChangedUser = {
  username?: { name: string; key: string } | undefined;
  passwordHash?: string | undefined;
};

/** @throws ER_DUP_ENTRY when the name is taken */
export async function updateUser(
  trx: Knex.Transaction,
  id: number,
  { username, passwordHash }: ChangedUser,
  at: Date,
): Promise<void> {
  await trx("users")
    .where({ id })
    .update({
      ...(username && { username: username.name, username_key: username.key }),
      ...(passwordHash !== undefined && { password_hash: passwordHash }),
      version: trx.raw("version + 1"),
      updated_at: at,
    });
}

/** Puts the profile in the place of the one that is there. */
export async function replaceProfile(trx: Knex.Transaction, userId: number, profile: Profile): Promise<void> {
  await trx("profiles").where({ user_id: userId }).delete();
  if (Object.keys(profile).length === 0) return;
  await trx("profiles").insert({
    user_id: userId,
    display_name: profile.displayName ?? null,
    description: profile.description ?? null,
    colour: profile.colour ?? null,
    avatar_url: profile.avatarUrl ?? null,
    locale: profile.locale ?? null,
    custom: profile.custom === undefined ? null : JSON.stringify(profile.custom),
  });
}

/** Its row stays for ever, its number with it; nothing else that tells of a person does. */
export async function markUserDeleted(
  trx: Knex.Transaction,
  id: number,
  { keepsMessages, at }: { keepsMessages: boolean; at: Date },
): Promise<void> {
  await trx("users")
    .where({ id })
    .update({
      state: "deleted",
      keeps_messages: keepsMessages,
      username: null,
      username_key: null,
      password_hash: null,
      version: trx.raw("version + 1"),
      updated_at: at,
    });
  await trx("profiles").where({ user_id: id }).delete();
}
