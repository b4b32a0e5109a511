import type { Knex } from "knex";

/** Who takes no messages from whom. */
export async function up(db: Knex): Promise<void> {
  await db.schema.createTable("blocks", (table) => {
    table.charset("utf8mb4");
    table.bigInteger("user_id").unsigned().notNullable();
    table.bigInteger("blocked_user_id").unsigned().notNullable();
    table.specificType("created_at", "datetime(3)").notNullable();
    table.primary(["user_id", "blocked_user_id"]);
    table.index(["blocked_user_id"], "blocks_blocked_user_id");
  });
}

export async function down(db: Knex): Promise<void> {
  await db.schema.dropTable("blocks");
}
