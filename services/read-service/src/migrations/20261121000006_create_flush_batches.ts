import type { Knex } from "knex";

/** Batches of counts that have been added: the key decides that each is added once. */
export async function up(db: Knex): Promise<void> {
  await db.schema.createTable("flush_batches", (table) => {
    table.charset("utf8mb4");
    table.specificType("id", "char(36) character set ascii collate ascii_bin").notNullable().primary();
    table.specificType("flushed_at", "datetime(3)").notNullable();
    table.index(["flushed_at"], "flush_batches_flushed_at");
  });
}

export async function down(db: Knex): Promise<void> {
  await db.schema.dropTable("flush_batches");
}
