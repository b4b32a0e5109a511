import type { Knex } from "knex";

/** The chat of each two users who have written to each other; the user with the lower id first. */
export async function up(db: Knex): Promise<void> {
  await db.schema.createTable("conversations", (table) => {
    table.charset("utf8mb4");
    table.bigInteger("low_user_id").unsigned().notNullable();
    table.bigInteger("high_user_id").unsigned().notNullable();
    table.bigInteger("chat_id").unsigned().notNullable();
    table.primary(["low_user_id", "high_user_id"]);
    table.unique(["chat_id"], { indexName: "conversations_chat_id" });
    table.foreign("chat_id", "conversations_chat").references("chats.id");
  });
}

export async function down(db: Knex): Promise<void> {
  await db.schema.dropTable("conversations");
}
