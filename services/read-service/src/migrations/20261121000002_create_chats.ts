import type { Knex } from "knex";

export async function up(db: Knex): Promise<void> {
  await db.schema.createTable("chats", (table) => {
    table.charset("utf8mb4");
    table.collate("utf8mb4_bin");
    table.bigIncrements("id");
    table.bigInteger("application_id").unsigned().notNullable();
    table.enu("kind", ["chat", "common", "direct"]).notNullable().defaultTo("chat");
    table.integer("number").unsigned().notNullable();
    table.specificType("uid", "char(36) character set ascii collate ascii_bin").notNullable();
    table.string("name", 255);
    table.boolean("private").notNullable().defaultTo(false);
    table.bigInteger("messages_count").notNullable().defaultTo(0);
    table.bigInteger("last_change").unsigned().notNullable().defaultTo(0);
    table.integer("version").unsigned().notNullable().defaultTo(0);
    table.enu("state", ["live", "deleted", "purged", "void", "parked"]).notNullable().defaultTo("live");
    table.specificType("created_at", "datetime(3)").notNullable();
    table.specificType("updated_at", "datetime(3)").notNullable();
    table.unique(["application_id", "kind", "number"], { indexName: "chats_application_id_kind_number" });
    table.index(["state"], "chats_state");
    table.foreign("application_id", "chats_application").references("applications.id");
  });
}

export async function down(db: Knex): Promise<void> {
  await db.schema.dropTable("chats");
}
