import type { Knex } from "knex";

/** Users of an application. A deleted one keeps its row, with its number, and nothing else that tells of a person. */
export async function up(db: Knex): Promise<void> {
  await db.schema.createTable("users", (table) => {
    table.charset("utf8mb4");
    table.collate("utf8mb4_bin");
    table.bigIncrements("id");
    table.bigInteger("application_id").unsigned().notNullable();
    table.integer("number").unsigned().notNullable();
    table.string("username", 64);
    // Without case and width.
    table.string("username_key", 191);
    table.specificType("password_hash", "varchar(255) character set ascii collate ascii_bin");
    table.enu("state", ["live", "deleted", "purged"]).notNullable().defaultTo("live");
    table.boolean("keeps_messages").notNullable().defaultTo(false);
    table.integer("version").unsigned().notNullable().defaultTo(0);
    table.specificType("created_at", "datetime(3)").notNullable();
    table.specificType("updated_at", "datetime(3)").notNullable();
    table.unique(["application_id", "number"], { indexName: "users_application_id_number" });
    table.unique(["application_id", "username_key"], { indexName: "users_application_id_username_key" });
    table.index(["state"], "users_state");
    table.foreign("application_id", "users_application").references("applications.id");
  });
}

export async function down(db: Knex): Promise<void> {
  await db.schema.dropTable("users");
}
