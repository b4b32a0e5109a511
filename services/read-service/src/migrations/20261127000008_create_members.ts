import type { Knex } from "knex";

/** Users in private chats, and the two of each conversation. */
export async function up(db: Knex): Promise<void> {
  await db.schema.createTable("members", (table) => {
    table.charset("utf8mb4");
    table.bigInteger("chat_id").unsigned().notNullable();
    table.bigInteger("user_id").unsigned().notNullable();
    table.enu("role", ["owner", "moderator", "member"]).notNullable();
    table.specificType("created_at", "datetime(3)").notNullable();
    table.primary(["chat_id", "user_id"]);
    table.index(["user_id", "chat_id"], "members_user_id_chat_id");
    table.foreign("chat_id", "members_chat").references("chats.id");
    table.foreign("user_id", "members_user").references("users.id");
  });
}

export async function down(db: Knex): Promise<void> {
  await db.schema.dropTable("members");
}
