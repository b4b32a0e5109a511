import type { Knex } from "knex";

/** Message states that the search index can never take: search reads them here. */
export async function up(db: Knex): Promise<void> {
  await db.schema.createTable("search_refusals", (table) => {
    table.charset("utf8mb4");
    table.bigInteger("chat_id").unsigned().notNullable();
    table.integer("number").unsigned().notNullable();
    table.bigInteger("change_number").unsigned().notNullable();
    table.string("reason", 1000).notNullable();
    table.specificType("refused_at", "datetime(3)").notNullable();
    table.primary(["chat_id", "number"]);
  });
}

export async function down(db: Knex): Promise<void> {
  await db.schema.dropTable("search_refusals");
}
