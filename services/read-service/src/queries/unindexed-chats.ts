/** Chats with changes that the search index may not show yet. */
import type { Caller } from "@parley/common/callers";
import { selectRows } from "@parley/common/db";
import type { Knex } from "knex";
import { numberOfChat } from "./chats.ts";
import { liveChatColumns, readableBy, type LiveChat } from "./live-chats.ts";

export type UnindexedChat = { chatId: number; applicationId: number; changeNumber: number };

/** In the transaction that makes the changes. */
export async function insertUnindexed(trx: Knex.Transaction, chats: readonly UnindexedChat[]): Promise<void> {
  if (chats.length === 0) return;
  await trx.raw(
    `INSERT INTO unindexed_chats (chat_id, application_id, change_number) VALUES ?
     ON DUPLICATE KEY UPDATE change_number = GREATEST(change_number, VALUES(change_number))`,
    [
      chats.map(({ chatId, applicationId, changeNumber }) => [chatId, applicationId, changeNumber]),
    ] as unknown as Knex.RawBinding[],
  );
}

/** An application's live chats with such changes that the caller may read, in order of id. */
export async function listUnindexed(
  db: Knex,
  { applicationId, caller }: { applicationId: number; caller: Caller },
  limit: number,
): Promise<{ id: number; number: number; lastChange: number }[]> {
  const { sql, values } = readableBy(caller);
  return selectRows(
    db,
    `SELECT c.id, ${numberOfChat} AS number, c.last_change AS lastChange
     FROM unindexed_chats un JOIN chats c ON c.id = un.chat_id
     WHERE un.application_id = ? AND c.state = 'live' AND ${sql} ORDER BY c.id LIMIT ?`,
    [applicationId, ...values, limit],
  );
}

/** Live chats with such changes, in order of id, from behind `after`; `changeNumber`: the greatest. */
export async function listUnindexedFrom(
  db: Knex,
  { after, limit }: { after: number; limit: number },
): Promise<(LiveChat & { token: string; changeNumber: number })[]> {
  return selectRows(
    db,
    `SELECT ${liveChatColumns}, a.token, un.change_number AS changeNumber FROM unindexed_chats un
     JOIN chats c ON c.id = un.chat_id JOIN applications a ON a.id = c.application_id
     WHERE un.chat_id > ? AND c.state = 'live' ORDER BY un.chat_id LIMIT ?`,
    [after, limit],
  );
}

/**
 * All copies of the live index show these chats up to `through`. Only of the live one, and never while another is being
 * made: what that may lack stays here.
 */
export async function deleteUnindexed(
  db: Knex,
  indexName: string,
  chats: readonly { chatId: number; through: number }[],
): Promise<void> {
  if (chats.length === 0) return;
  await db.raw(
    `DELETE FROM unindexed_chats WHERE (${chats.map(() => "(chat_id = ? AND change_number <= ?)").join(" OR ")})
     AND EXISTS (SELECT 1 FROM search_indexes WHERE index_name = ? AND state = 'live')
     AND NOT EXISTS (SELECT 1 FROM search_indexes WHERE state = 'building')`,
    [...chats.flatMap(({ chatId, through }) => [chatId, through]), indexName],
  );
}

/** Beyond which nobody counts. */
const countedAtMost = 100_000;

export async function countUnindexed(db: Knex): Promise<number> {
  const [row] = await selectRows<{ total: number }>(
    db,
    "SELECT COUNT(*) AS total FROM (SELECT 1 FROM unindexed_chats LIMIT ?) un",
    [countedAtMost],
  );
  return Number(row?.total ?? 0);
}

export async function listUnindexedIds(db: Knex, limit: number): Promise<number[]> {
  const rows = await selectRows<{ id: number }>(
    db,
    "SELECT chat_id AS id FROM unindexed_chats ORDER BY chat_id LIMIT ?",
    [limit],
  );
  return rows.map(({ id }) => id);
}

export async function isUnindexed(db: Knex, chatId: number): Promise<boolean> {
  return (await db("unindexed_chats").where({ chat_id: chatId }).first("chat_id")) !== undefined;
}

export async function deleteUnindexedOf(db: Knex, chatId: number): Promise<void> {
  await db("unindexed_chats").where({ chat_id: chatId }).delete();
}
