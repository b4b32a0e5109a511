import type { Knex } from "knex";

/** The search index that is live, and one that is being made: chats up to `after_chat_id` are in it. */
export async function up(db: Knex): Promise<void> {
  await db.schema.createTable("search_indexes", (table) => {
    table.charset("utf8mb4");
    table.string("index_name", 255).primary();
    table.enu("state", ["building", "live"]).notNullable();
    table.bigInteger("after_chat_id").unsigned().notNullable().defaultTo(0);
    table.specificType("started_at", "datetime(3)").notNullable();
  });
}

export async function down(db: Knex): Promise<void> {
  await db.schema.dropTable("search_indexes");
}
