import type { Knex } from "knex";

/** Two records with one number: must never have a row. A person has to look. */
export async function up(db: Knex): Promise<void> {
  await db.schema.createTable("seq_conflicts", (table) => {
    table.charset("utf8mb4");
    table.specificType("uid", "char(36) character set ascii collate ascii_bin").notNullable().primary();
    table.specificType("stored_uid", "char(36) character set ascii collate ascii_bin").notNullable();
    table.specificType("record", "longblob").notNullable();
    table.specificType("found_at", "datetime(3)").notNullable();
  });
}

export async function down(db: Knex): Promise<void> {
  await db.schema.dropTable("seq_conflicts");
}
