/** Who takes no messages from whom, and who has had some. */
import { selectRows } from "@parley/common/db";
import type { NumberPage } from "@parley/common/paging";
import type { Knex } from "knex";

export type Block = { number: number; username: string; since: Date };

/** In order of number. */
export async function listBlocks(db: Knex, userId: number, page: NumberPage): Promise<Block[]> {
  return selectRows<Block>(
    db,
    `SELECT u.number, u.username, b.created_at AS since FROM blocks b
     JOIN users u ON u.id = b.blocked_user_id AND u.state = 'live'
     WHERE b.user_id = ? AND u.number > ? AND u.number < ? ORDER BY u.number ${page.order === "asc" ? "ASC" : "DESC"} LIMIT ?`,
    [userId, page.after, page.before, page.limit],
  );
}

export async function insertBlock(trx: Knex.Transaction, userId: number, blockedId: number): Promise<void> {
  await trx("blocks")
    .insert({ user_id: userId, blocked_user_id: blockedId, created_at: new Date() })
    .onConflict(["user_id", "blocked_user_id"])
    .ignore();
}

/** The numbers of those with whom a user has a conversation. */
export async function listPartners(db: Knex, userId: number): Promise<number[]> {
  const rows = await selectRows<{ number: number }>(
    db,
    `SELECT o.number FROM members mb JOIN conversations co ON co.chat_id = mb.chat_id
     JOIN users o ON o.id = IF(co.low_user_id = mb.user_id, co.high_user_id, co.low_user_id) WHERE mb.user_id = ?`,
    [userId],
  );
  return rows.map(({ number }) => number);
}

/** Of a user who goes, in both directions. */
export async function deleteBlocksOf(trx: Knex.Transaction, userId: number): Promise<void> {
  await trx("blocks").where({ user_id: userId }).orWhere({ blocked_user_id: userId }).delete();
}

export async function deleteBlock(trx: Knex.Transaction, userId: number, blockedId: number): Promise<void> {
  await trx("blocks").where({ user_id: userId, blocked_user_id: blockedId }).delete();
}
