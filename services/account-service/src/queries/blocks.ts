/** Who takes no messages from whom. */
import { selectRows } from "@parley/common/db";
import type { Knex } from "knex";

export type Block = { number: number; username: string; since: Date };
const shownAtMost = 1000;

/** In order of number. */
export async function listBlocks(db: Knex, userId: number): Promise<Block[]> {
  return selectRows<Block>(
    db,
    `SELECT u.number, u.username, b.created_at AS since FROM blocks b
     JOIN users u ON u.id = b.blocked_user_id AND u.state = 'live' WHERE b.user_id = ? ORDER BY u.number LIMIT ?`,
    [userId, shownAtMost],
  );
}

export async function insertBlock(trx: Knex.Transaction, userId: number, blockedId: number): Promise<void> {
  await trx("blocks")
    .insert({ user_id: userId, blocked_user_id: blockedId, created_at: new Date() })
    .onConflict(["user_id", "blocked_user_id"])
    .ignore();
}

export async function deleteBlock(trx: Knex.Transaction, userId: number, blockedId: number): Promise<void> {
  await trx("blocks").where({ user_id: userId, blocked_user_id: blockedId }).delete();
}
