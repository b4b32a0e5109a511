import type { Knex } from "knex";

/** The clustered key makes a page of history one contiguous range. There is no index on uid: the number finds it. */
export async function up(db: Knex): Promise<void> {
  await db.schema.createTable("messages", (table) => {
    table.charset("utf8mb4");
    table.collate("utf8mb4_bin");
    table.bigInteger("chat_id").unsigned().notNullable();
    table.integer("number").unsigned().notNullable();
    table.bigInteger("change_number").unsigned().notNullable();
    table.bigInteger("sender_id").unsigned();
    table.specificType("content", "mediumtext").notNullable();
    table.enu("state", ["live", "edited", "deleted", "void", "parked"]).notNullable().defaultTo("live");
    table.integer("version").unsigned().notNullable().defaultTo(0);
    table.specificType("created_at", "datetime(3)").notNullable();
    table.specificType("edited_at", "datetime(3)");
    table.specificType("uid", "char(36) character set ascii collate ascii_bin").notNullable();
    table.primary(["chat_id", "number"]);
    table.index(["chat_id", "change_number"], "messages_chat_id_change_number");
  });
}

export async function down(db: Knex): Promise<void> {
  await db.schema.dropTable("messages");
}
