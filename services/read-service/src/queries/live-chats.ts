/** Live chats as search sees them: who may read them, and how far they have come. */
import type { Caller } from "@parley/common/callers";
import { kindOfChat } from "@parley/common/chat-number";
import { selectRows } from "@parley/common/db";
import type { Knex } from "knex";
import { numberOfChat } from "./chats.ts";

/**
 * In SQL, of chats `c` of one application: those that somebody may read without being one of two. They are listed and
 * searched together.
 */
export function readableBy(caller: Caller): { sql: string; values: number[] } {
  switch (caller.kind) {
    case "server":
      return { sql: "c.kind <> 'direct'", values: [] };
    case "guest":
      return { sql: "c.private = 0", values: [] };
    case "user":
      return {
        sql: `(c.private = 0 OR (c.kind <> 'direct' AND EXISTS (SELECT 1 FROM members mb
          JOIN users u ON u.id = mb.user_id WHERE mb.chat_id = c.id AND u.number = ?)))`,
        values: [caller.user.number],
      };
  }
}

/** Who may read a chat: everybody, its members, or the two whose conversation it is. */
export type Audience = "open" | "members" | "pair";
/** A live chat as the index knows it. */
export type LiveChat = { id: number; number: number; applicationId: number; audience: Audience };
/** In SQL, of chats `c`. */
export const audienceOfChat = "IF(c.kind = 'direct', 'pair', IF(c.private, 'members', 'open'))";
/** In SQL, of chats `c`: what such a chat is made of. */
export const liveChatColumns = `c.id, ${numberOfChat} AS number, c.application_id AS applicationId,
  ${audienceOfChat} AS audience`;

/** Live chats in order of id, from behind `after`. */
export async function listChatsFrom(
  db: Knex,
  { after, limit }: { after: number; limit: number },
): Promise<LiveChat[]> {
  return selectRows<LiveChat>(
    db,
    `SELECT ${liveChatColumns} FROM chats c WHERE c.id > ? AND c.state = 'live' ORDER BY c.id LIMIT ?`,
    [after, limit],
  );
}

/** How many live chats there are, and how many changes they have had: about as many as they have messages. */
export async function measureLiveChats(db: Knex): Promise<{ chats: number; changes: number }> {
  const [row] = await db("chats")
    .where({ state: "live" })
    .count({ chats: "*" })
    .sum({ changes: "last_change" });
  return { chats: Number(row?.["chats"] ?? 0), changes: Number(row?.["changes"] ?? 0) };
}

/** The newest change of each chat, by id. */
export async function mapLastChanges(db: Knex, ids: readonly number[]): Promise<Map<number, number>> {
  const rows: { id: number; last_change: number }[] = await db("chats")
    .select("id", "last_change")
    .whereIn("id", ids);
  return new Map(rows.map(({ id, last_change: lastChange }) => [id, lastChange]));
}

/** Those live chats that are there. */
export async function listLiveChats(
  db: Knex,
  paths: readonly { token: string; chat: number }[],
): Promise<(LiveChat & { token: string })[]> {
  if (paths.length === 0) return [];
  return selectRows<LiveChat & { token: string }>(
    db,
    `SELECT ${liveChatColumns}, a.token FROM chats c JOIN applications a ON a.id = c.application_id
     WHERE c.state = 'live' AND (${paths.map(() => "(a.token = ? AND c.kind = ? AND c.number = ?)").join(" OR ")})`,
    paths.flatMap(({ token, chat }) => [token, kindOfChat(chat), Math.abs(chat)]),
  );
}

/** Ids of an application's live chats that the caller may read, in order, from behind `after`. */
export async function listLiveChatIds(
  db: Knex,
  { applicationId, caller }: { applicationId: number; caller: Caller },
  { after, limit }: { after: number; limit: number },
): Promise<number[]> {
  const { sql, values } = readableBy(caller);
  const rows = await selectRows<{ id: number }>(
    db,
    `SELECT c.id FROM chats c WHERE c.application_id = ? AND c.state = 'live' AND c.id > ? AND ${sql} ORDER BY c.id LIMIT ?`,
    [applicationId, after, ...values, limit],
  );
  return rows.map(({ id }) => id);
}

/** Ids of an application's chats that are deleted and not purged yet. */
export async function listDeletedChatIds(db: Knex, applicationId: number): Promise<number[]> {
  const rows: { id: number }[] = await db("chats")
    .select("id")
    .where({ application_id: applicationId, state: "deleted" });
  return rows.map(({ id }) => id);
}
