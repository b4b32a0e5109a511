/** Which search index is live, and which one is being made. */
import type { Knex } from "knex";
import { inTransaction } from "@parley/common/db";

export type Building = { name: string; afterChatId: number; startedAt: Date };
type Row = { index_name: string; state: "building" | "live"; after_chat_id: number; started_at: Date };

export async function listIndexNames(db: Knex): Promise<string[]> {
  const rows: Pick<Row, "index_name">[] = await db<Row>("search_indexes").select("index_name");
  return rows.map(({ index_name }) => index_name);
}

export async function findBuilding(db: Knex): Promise<Building | undefined> {
  const row = await db<Row>("search_indexes").where({ state: "building" }).first();
  return row && { name: row.index_name, afterChatId: row.after_chat_id, startedAt: row.started_at };
}

/** In place of one that was begun and is given up. From now on `unindexed_chats` only grows. */
export async function insertBuilding(db: Knex, name: string): Promise<Building> {
  const startedAt = new Date();
  await inTransaction(db, async (trx) => {
    await trx<Row>("search_indexes").where({ state: "building" }).delete();
    await trx<Row>("search_indexes").insert({ index_name: name, state: "building", started_at: startedAt });
  });
  return { name, afterChatId: 0, startedAt };
}

export async function saveBuilding(db: Knex, name: string, afterChatId: number): Promise<void> {
  await db<Row>("search_indexes").where({ index_name: name }).update({ after_chat_id: afterChatId });
}

export async function deleteBuilding(db: Knex, name: string): Promise<void> {
  await db<Row>("search_indexes").where({ index_name: name, state: "building" }).delete();
}

/** In one moment: whoever confirms what is in the index before it does so no more. */
export async function makeLive(db: Knex, name: string): Promise<void> {
  await inTransaction(db, async (trx) => {
    await trx<Row>("search_indexes").whereNot({ index_name: name }).delete();
    await trx<Row>("search_indexes").where({ index_name: name }).update({ state: "live" });
  });
}
