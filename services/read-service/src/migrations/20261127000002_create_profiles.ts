import type { Knex } from "knex";

/** What a user shows of itself; `custom` is JSON of the application's own. */
export async function up(db: Knex): Promise<void> {
  await db.schema.createTable("profiles", (table) => {
    table.charset("utf8mb4");
    table.collate("utf8mb4_bin");
    table.bigInteger("user_id").unsigned().notNullable().primary();
    table.string("display_name", 255);
    table.string("description", 2000);
    table.string("colour", 7);
    table.string("avatar_url", 2048);
    table.string("locale", 64);
    table.text("custom");
    table.foreign("user_id", "profiles_user").references("users.id");
  });
}

export async function down(db: Knex): Promise<void> {
  await db.schema.dropTable("profiles");
}
