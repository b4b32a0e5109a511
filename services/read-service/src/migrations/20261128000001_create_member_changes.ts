import type { Knex } from "knex";

/** What each user came to be in a chat last, also who has left: without a role. */
export async function up(db: Knex): Promise<void> {
  await db.schema.createTable("member_changes", (table) => {
    table.charset("utf8mb4");
    table.bigInteger("chat_id").unsigned().notNullable();
    table.bigInteger("user_id").unsigned().notNullable();
    table.bigInteger("change_number").unsigned().notNullable();
    table.enu("role", ["owner", "moderator", "member"]);
    table.primary(["chat_id", "user_id"]);
    table.index(["chat_id", "change_number"], "member_changes_chat_id_change_number");
    table.foreign("chat_id", "member_changes_chat").references("chats.id");
    table.foreign("user_id", "member_changes_user").references("users.id");
  });
}

export async function down(db: Knex): Promise<void> {
  await db.schema.dropTable("member_changes");
}
