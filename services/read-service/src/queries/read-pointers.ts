/** How far users have read chats, and what they have not. */
import { selectRows } from "@parley/common/db";
import type { NumberPage } from "@parley/common/paging";
import type { Sender } from "@parley/common/records";
import type { Knex } from "knex";
import { numberOfChat } from "./chats.ts";
import { shownStates } from "./messages.ts";

/** How many rows a statement inserted or changed. */
async function affect(db: Knex, sql: string, values: readonly Knex.RawBinding[]): Promise<number> {
  const [{ affectedRows }] = (await db.raw(sql, values)) as [{ affectedRows: number }];
  return affectedRows;
}

/**
 * Raises a user's pointer to this number; of several at once the highest wins, also of several that are the first. An insert
 * waits for whoever has locked the chat's row, by its foreign key, and an update does not: so it comes first.
 * @returns the pointer as it is then; of a user who was deleted meanwhile there is none, 0
 */
export async function raisePointer(
  db: Knex,
  { chatId, userId, number }: { chatId: number; userId: number; number: number },
): Promise<{ number: number; hasMoved: boolean }> {
  const at = new Date();
  const raise = () =>
    affect(
      db,
      `UPDATE read_pointers SET message_number = ?, updated_at = ?
       WHERE chat_id = ? AND user_id = ? AND message_number < ?`,
      [number, at, chatId, userId, number],
    );
  const insert = () =>
    affect(
      db,
      `INSERT INTO read_pointers (chat_id, user_id, message_number, updated_at)
       SELECT ?, u.id, ?, ? FROM users u LEFT JOIN read_pointers r ON r.chat_id = ? AND r.user_id = u.id
       WHERE u.id = ? AND u.state = 'live' AND COALESCE(r.message_number, 0) < ?
       ON DUPLICATE KEY UPDATE message_number = GREATEST(read_pointers.message_number, ?)`,
      [chatId, number, at, chatId, userId, number, number],
    );
  const hasMoved = (await raise()) > 0 || (await insert()) > 0;
  const [row] = await selectRows<{ message_number: number }>(
    db,
    "SELECT message_number FROM read_pointers WHERE chat_id = ? AND user_id = ?",
    [chatId, userId],
  );
  return { number: row?.message_number ?? 0, hasMoved };
}

export type Reader = { user: Sender; messageNumber: number };

/** Those who may still read the chat, in order of their numbers. */
export async function listReaders(db: Knex, chatId: number, page: NumberPage): Promise<Reader[]> {
  type Row = { number: number; username: string; display_name: string | null; message_number: number };
  const rows = await selectRows<Row>(
    db,
    `SELECT u.number, u.username, p.display_name, r.message_number FROM read_pointers r
     JOIN chats c ON c.id = r.chat_id JOIN users u ON u.id = r.user_id AND u.state = 'live'
     LEFT JOIN members mb ON mb.chat_id = r.chat_id AND mb.user_id = r.user_id
     LEFT JOIN profiles p ON p.user_id = u.id
     WHERE r.chat_id = ? AND (c.private = 0 OR mb.user_id IS NOT NULL) AND u.number > ? AND u.number < ?
     ORDER BY u.number ${page.order === "asc" ? "ASC" : "DESC"} LIMIT ?`,
    [chatId, page.after, page.before, page.limit],
  );
  return rows.map(({ number, username, display_name: displayName, message_number: messageNumber }) => ({
    user: { number, username, ...(displayName !== null && { displayName }) },
    messageNumber,
  }));
}

/** What a user has not read of one chat. */
export type Unread = {
  /** As chat-number.ts has it. */
  chat: number;
  /** Of a conversation, the other user's number. */
  other?: number;
  lastRead: number;
  unread: number;
};
type OwnChat = Omit<Unread, "unread"> & { id: number };

/** Live chats that a user is in or has a pointer in, and may read: chats in order of number, then conversations by the other's. */
async function listOwnChats(db: Knex, userId: number): Promise<OwnChat[]> {
  type Row = { id: number; chat: number; other: number | null; last_read: number | null };
  const rows = await selectRows<Row>(
    db,
    `SELECT c.id, ${numberOfChat} AS chat, o.number AS other, r.message_number AS last_read
     FROM (SELECT chat_id FROM members WHERE user_id = ? UNION SELECT chat_id FROM read_pointers WHERE user_id = ?) own
     JOIN chats c ON c.id = own.chat_id AND c.state = 'live'
     LEFT JOIN members mb ON mb.chat_id = c.id AND mb.user_id = ?
     LEFT JOIN read_pointers r ON r.chat_id = c.id AND r.user_id = ?
     LEFT JOIN conversations co ON co.chat_id = c.id
     LEFT JOIN users o ON o.id = IF(co.low_user_id = ?, co.high_user_id, co.low_user_id)
     WHERE c.private = 0 OR mb.user_id IS NOT NULL
     ORDER BY c.kind = 'direct', COALESCE(o.number, c.number)`,
    [userId, userId, userId, userId, userId],
  );
  return rows.map(({ other, last_read: lastRead, ...chat }) => ({
    ...chat,
    ...(other !== null && { other }),
    lastRead: lastRead ?? 0,
  }));
}

/** How many messages behind a pointer can be shown and are another's, without those that are not stored yet. */
const countUnread = `SELECT ? AS id, COUNT(*) AS unread FROM messages
  WHERE chat_id = ? AND number > ? AND state IN (${shownStates}) AND NOT (sender_id <=> ?)`;
const chatsAtOnce = 100;

/**
 * A statement for the chats, and one for what is unread in each hundred of them. It reads all rows behind the pointers once,
 * some five million a second, and no others: with the pointers as columns of a join, not as values, whole chats would be read.
 */
export async function listUnread(db: Knex, userId: number): Promise<Unread[]> {
  const chats = await listOwnChats(db, userId);
  const counts = new Map<number, number>();
  for (let i = 0; i < chats.length; i += chatsAtOnce) {
    const part = chats.slice(i, i + chatsAtOnce);
    const rows = await selectRows<{ id: number; unread: number }>(
      db,
      part.map(() => countUnread).join(" UNION ALL "),
      part.flatMap(({ id, lastRead }) => [id, id, lastRead, userId]),
    );
    for (const { id, unread } of rows) counts.set(id, unread);
  }
  return chats.map(({ id, ...chat }) => ({ ...chat, unread: counts.get(id) ?? 0 }));
}

export async function deletePointersOfUser(db: Knex, userId: number): Promise<void> {
  await db("read_pointers").where({ user_id: userId }).delete();
}

/** The number of pointers removed, at most `limit`. */
export async function deletePointersIn(db: Knex, chatId: number, limit: number): Promise<number> {
  return db("read_pointers").where({ chat_id: chatId }).limit(limit).delete();
}
