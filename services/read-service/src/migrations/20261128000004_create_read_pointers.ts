import type { Knex } from "knex";

/** How far each user has read each chat. */
export async function up(db: Knex): Promise<void> {
  await db.schema.createTable("read_pointers", (table) => {
    table.charset("utf8mb4");
    table.bigInteger("chat_id").unsigned().notNullable();
    table.bigInteger("user_id").unsigned().notNullable();
    table.integer("message_number").unsigned().notNullable();
    table.specificType("updated_at", "datetime(3)").notNullable();
    table.primary(["chat_id", "user_id"]);
    table.index(["user_id", "chat_id"], "read_pointers_user_id_chat_id");
    table.foreign("chat_id", "read_pointers_chat").references("chats.id");
    table.foreign("user_id", "read_pointers_user").references("users.id");
  });
}

export async function down(db: Knex): Promise<void> {
  await db.schema.dropTable("read_pointers");
}
