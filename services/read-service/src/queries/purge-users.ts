/** Removing what deleted users have written, a part at a time, and what deleted applications know of their users. */
import { selectRows } from "@parley/common/db";
import type { Knex } from "knex";
import { numberOfChat } from "./chats.ts";
import { shownStates } from "./messages.ts";

/** Deleted users that are not done with, in order of id, from behind `after`. */
export async function listPurgeableUsers(
  db: Knex,
  { after, limit }: { after: number; limit: number },
): Promise<{ id: number; keepsMessages: boolean; deletedAt: Date }[]> {
  const rows: { id: number; keeps_messages: 0 | 1; updated_at: Date }[] = await db("users")
    .select("id", "keeps_messages", "updated_at")
    .where({ state: "deleted" })
    .where("id", ">", after)
    .orderBy("id")
    .limit(limit);
  return rows.map(({ id, keeps_messages: keeps, updated_at: deletedAt }) => ({
    id,
    keepsMessages: keeps === 1,
    deletedAt,
  }));
}

/** Messages of one chat; `chat` as chat-number.ts has it. */
export type Written = {
  chatId: number;
  token: string;
  chat: number;
  messages: { number: number; uid: string }[];
};

/** Some of the messages that a user has written and that can be shown, by chat. */
export async function listWritten(db: Knex, userId: number, limit: number): Promise<Written[]> {
  type Row = Omit<Written, "messages"> & { number: number; uid: string };
  const rows = await selectRows<Row>(
    db,
    `SELECT m.chat_id AS chatId, a.token, ${numberOfChat} AS chat, m.number, m.uid FROM messages m
     JOIN chats c ON c.id = m.chat_id AND c.state = 'live' JOIN applications a ON a.id = c.application_id
     WHERE m.sender_id = ? AND m.state IN (${shownStates}) LIMIT ?`,
    [userId, limit],
  );
  const byChat = Map.groupBy(rows, ({ chatId }) => chatId);
  return [...byChat.values()].flatMap((ofChat) => {
    const [first] = ofChat;
    if (!first) return [];
    const { chatId, token, chat } = first;
    return [{ chatId, token, chat, messages: ofChat.map(({ number, uid }) => ({ number, uid })) }];
  });
}

export async function markUserPurged(db: Knex, userId: number): Promise<void> {
  await db("users").where({ id: userId, state: "deleted" }).update({ state: "purged" });
}

/** Gives how many were forgotten, at most `limit`: their numbers stay, with the application's. */
export async function forgetUsersOf(db: Knex, applicationId: number, limit: number): Promise<number> {
  const users: { id: number; number: number }[] = await db("users")
    .select("id", "number")
    .where({ application_id: applicationId })
    .whereNot({ state: "purged" })
    .limit(limit);
  const ids = users.map(({ id }) => id);
  for (const [table, column] of [
    ["profiles", "user_id"],
    ["sessions", "user_id"],
    ["members", "user_id"],
    ["member_changes", "user_id"],
    ["read_pointers", "user_id"],
    ["blocks", "user_id"],
    ["blocks", "blocked_user_id"],
  ] as const) {
    await db(table).whereIn(column, ids).delete();
  }
  await db("user_suffixes")
    .where({ application_id: applicationId })
    .whereIn(
      "number",
      users.map(({ number }) => number),
    )
    .delete();
  const nobody = { username: null, username_key: null, password_hash: null };
  await db("users")
    .whereIn("id", ids)
    .update({ ...nobody, state: "purged" });
  return users.length;
}
