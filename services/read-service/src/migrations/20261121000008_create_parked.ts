import type { Knex } from "knex";

/** Records that can never be stored as they are: their rows keep the numbers, this keeps what was sent. */
export async function up(db: Knex): Promise<void> {
  await db.schema.createTable("parked", (table) => {
    table.charset("utf8mb4");
    table.specificType("uid", "char(36) character set ascii collate ascii_bin").notNullable().primary();
    table.specificType("record", "longblob").notNullable();
    table.text("reason").notNullable();
    table.specificType("parked_at", "datetime(3)").notNullable();
  });
}

export async function down(db: Knex): Promise<void> {
  await db.schema.dropTable("parked");
}
