import type { Knex } from "knex";

/** A user's logins. Of its refresh tokens, one of each generation, only the newest is good, and only its hash is kept. */
export async function up(db: Knex): Promise<void> {
  await db.schema.createTable("sessions", (table) => {
    table.charset("utf8mb4");
    table.collate("utf8mb4_bin");
    table.specificType("id", "char(36) character set ascii collate ascii_bin").notNullable().primary();
    table.bigInteger("user_id").unsigned().notNullable();
    table.integer("generation").unsigned().notNullable().defaultTo(1);
    table.specificType("refresh_hash", "char(43) character set ascii collate ascii_bin").notNullable();
    table.string("user_agent", 255);
    table.specificType("address", "varchar(45) character set ascii collate ascii_bin");
    table.specificType("created_at", "datetime(3)").notNullable();
    table.specificType("used_at", "datetime(3)").notNullable();
    table.specificType("expires_at", "datetime(3)").notNullable();
    table.specificType("ended_at", "datetime(3)");
    table.index(["user_id", "created_at"], "sessions_user_id_created_at");
    table.index(["expires_at"], "sessions_expires_at");
    table.foreign("user_id", "sessions_user").references("users.id");
  });
}

export async function down(db: Knex): Promise<void> {
  await db.schema.dropTable("sessions");
}
