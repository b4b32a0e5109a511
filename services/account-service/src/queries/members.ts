/** Who is in a chat, and as what. */
import type { Role } from "@parley/common/fact";
import { selectRows } from "@parley/common/db";
import type { NumberPage } from "@parley/common/paging";
import type { Knex } from "knex";

export type Chat = {
  id: number;
  number: number;
  isPrivate: boolean;
  state: "live" | "deleted" | "purged" | "void" | "parked";
};
export type Member = { number: number; username: string; displayName?: string; role: Role; since: Date };
export type OwnChat = { number: number; name?: string; isPrivate: boolean; role: Role; since: Date };

type ChatRow = { id: number; number: number; private: 0 | 1; state: Chat["state"] };

const toChat = (row: ChatRow): Chat => ({
  id: row.id,
  number: row.number,
  isPrivate: row.private === 1,
  state: row.state,
});

export async function findChat(db: Knex, applicationId: number, number: number): Promise<Chat | undefined> {
  const row: ChatRow | undefined = await db("chats")
    .where({ application_id: applicationId, kind: "chat", number })
    .first("id", "number", "private", "state");
  return row && toChat(row);
}

/** Locks the row until the transaction ends: whoever changes its members holds it. */
export async function lockChat(trx: Knex.Transaction, id: number): Promise<Chat | undefined> {
  const row: ChatRow | undefined = await trx("chats")
    .where({ id })
    .forUpdate()
    .first("id", "number", "private", "state");
  return row && toChat(row);
}

export async function findRole(db: Knex, chatId: number, userId: number): Promise<Role | undefined> {
  const row: { role: Role } | undefined = await db("members")
    .where({ chat_id: chatId, user_id: userId })
    .first("role");
  return row?.role;
}

type MemberRow = {
  number: number;
  username: string;
  display_name: string | null;
  role: Role;
  created_at: Date;
};

/** In order of their users' numbers. */
export async function listMembers(db: Knex, chatId: number, page: NumberPage): Promise<Member[]> {
  const rows = await selectRows<MemberRow>(
    db,
    `SELECT u.number, u.username, p.display_name, mb.role, mb.created_at FROM members mb
     JOIN users u ON u.id = mb.user_id AND u.state = 'live' LEFT JOIN profiles p ON p.user_id = u.id
     WHERE mb.chat_id = ? AND u.number > ? AND u.number < ?
     ORDER BY u.number ${page.order === "asc" ? "ASC" : "DESC"} LIMIT ?`,
    [chatId, page.after, page.before, page.limit],
  );
  return rows.map(({ number, username, display_name: displayName, role, created_at: since }) => ({
    number,
    username,
    ...(displayName !== null && { displayName }),
    role,
    since,
  }));
}

/** The chats that a user is in, in order of number. */
export async function listChatsOf(db: Knex, userId: number, page: NumberPage): Promise<OwnChat[]> {
  type Row = { number: number; name: string | null; private: 0 | 1; role: Role; created_at: Date };
  const rows = await selectRows<Row>(
    db,
    `SELECT c.number, c.name, c.private, mb.role, mb.created_at FROM members mb
     JOIN chats c ON c.id = mb.chat_id AND c.kind = 'chat' AND c.state = 'live'
     WHERE mb.user_id = ? AND c.number > ? AND c.number < ?
     ORDER BY c.number ${page.order === "asc" ? "ASC" : "DESC"} LIMIT ?`,
    [userId, page.after, page.before, page.limit],
  );
  return rows.map(({ number, name, private: isPrivate, role, created_at: since }) => ({
    number,
    ...(name !== null && { name }),
    isPrivate: isPrivate === 1,
    role,
    since,
  }));
}

export async function countOwners(trx: Knex.Transaction, chatId: number): Promise<number> {
  const [row] = await trx("members as mb")
    .join("users as u", "u.id", "mb.user_id")
    .where({ "mb.chat_id": chatId, "mb.role": "owner", "u.state": "live" })
    .count({ owners: "*" });
  return Number(row?.["owners"] ?? 0);
}

/** Makes somebody a member, or gives a member another role. */
export async function putMember(
  trx: Knex.Transaction,
  { chatId, userId, role }: { chatId: number; userId: number; role: Role },
): Promise<void> {
  await trx("members")
    .insert({ chat_id: chatId, user_id: userId, role, created_at: new Date() })
    .onConflict(["chat_id", "user_id"])
    .merge(["role"]);
}

export async function deleteMember(trx: Knex.Transaction, chatId: number, userId: number): Promise<void> {
  await trx("members").where({ chat_id: chatId, user_id: userId }).delete();
}

/** Locks the live chats in which a user is, but for conversations, and gives them in order of id. */
export async function lockChatsOf(
  trx: Knex.Transaction,
  userId: number,
): Promise<(Pick<Chat, "id" | "number"> & { isOwned: boolean })[]> {
  const rows = await selectRows<{ id: number; number: number; isOwned: 0 | 1 }>(
    trx,
    `SELECT c.id, c.number, c.private = 1 AND mb.role = 'owner' AS isOwned FROM members mb
     JOIN chats c ON c.id = mb.chat_id AND c.kind = 'chat' AND c.state = 'live'
     WHERE mb.user_id = ? ORDER BY c.id FOR UPDATE`,
    [userId],
  );
  return rows.map(({ id, number, isOwned }) => ({ id, number, isOwned: isOwned === 1 }));
}

/** Whoever has been in a chat for longest, moderators first, but for the one who leaves. */
export async function findHeir(
  trx: Knex.Transaction,
  chatId: number,
  leavingId: number,
): Promise<{ id: number; number: number } | undefined> {
  const [heir] = await selectRows<{ id: number; number: number }>(
    trx,
    `SELECT u.id, u.number FROM members mb JOIN users u ON u.id = mb.user_id AND u.state = 'live'
     WHERE mb.chat_id = ? AND mb.user_id <> ? ORDER BY mb.role = 'moderator' DESC, mb.created_at, u.id LIMIT 1`,
    [chatId, leavingId],
  );
  return heir;
}

export async function deleteMemberships(trx: Knex.Transaction, userId: number): Promise<void> {
  await trx("members").where({ user_id: userId }).delete();
}

/**
 * The next change of each of these chats, whose rows are locked: what the user is there from now on, without a role if it is
 * no member any more. To be told of after COMMIT.
 */
export async function insertMemberChanges(
  trx: Knex.Transaction,
  chatIds: readonly number[],
  { userId, role }: { userId: number; role?: Role | undefined },
): Promise<void> {
  if (chatIds.length === 0) return;
  const chats = chatIds.map(() => "?").join();
  await trx.raw(
    `UPDATE chats SET member_change = last_change + 1, last_change = last_change + 1 WHERE id IN (${chats})`,
    [...chatIds],
  );
  await trx.raw(
    `INSERT INTO member_changes (chat_id, user_id, change_number, role)
     SELECT id, ?, member_change, ? FROM chats WHERE id IN (${chats})
     ON DUPLICATE KEY UPDATE change_number = VALUES(change_number), role = VALUES(role)`,
    [userId, role ?? null, ...chatIds],
  );
  await trx.raw(
    `INSERT INTO change_outbox (token, chat, change_number, created_at)
     SELECT a.token, c.number, c.member_change, ? FROM chats c JOIN applications a ON a.id = c.application_id
     WHERE c.id IN (${chats})`,
    [new Date(), ...chatIds],
  );
}
