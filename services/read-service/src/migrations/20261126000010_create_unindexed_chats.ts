import type { Knex } from "knex";

/** Chats with a change that the search index may not show yet: the greatest one. */
export async function up(db: Knex): Promise<void> {
  await db.schema.createTable("unindexed_chats", (table) => {
    table.bigInteger("chat_id").unsigned().primary();
    table.bigInteger("application_id").unsigned().notNullable();
    table.bigInteger("change_number").unsigned().notNullable();
    table.index(["application_id"], "unindexed_chats_application_id");
  });
}

export async function down(db: Knex): Promise<void> {
  await db.schema.dropTable("unindexed_chats");
}
