import type { Knex } from "knex";

export async function up(db: Knex): Promise<void> {
  await db.schema.createTable("applications", (table) => {
    table.charset("utf8mb4");
    table.collate("utf8mb4_bin");
    table.bigIncrements("id");
    table.specificType("token", "char(36) character set ascii collate ascii_bin").notNullable();
    table.string("name", 255).notNullable();
    table.integer("secret_version").unsigned().notNullable().defaultTo(1);
    table.boolean("guest_access").notNullable().defaultTo(true);
    table.bigInteger("chats_count").notNullable().defaultTo(0);
    table.integer("version").unsigned().notNullable().defaultTo(0);
    table.enu("state", ["live", "deleted", "purged", "parked"]).notNullable().defaultTo("live");
    table.specificType("created_at", "datetime(3)").notNullable();
    table.specificType("updated_at", "datetime(3)").notNullable();
    table.unique(["token"], { indexName: "applications_token" });
    table.index(["created_at", "token"], "applications_created_at_token");
    table.index(["state"], "applications_state");
  });
}

export async function down(db: Knex): Promise<void> {
  await db.schema.dropTable("applications");
}
