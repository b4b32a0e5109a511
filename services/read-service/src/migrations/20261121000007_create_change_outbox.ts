import type { Knex } from "knex";

/** What an edit or a delete still has to tell: the change to publish, and the counter to close in the ledger. */
export async function up(db: Knex): Promise<void> {
  await db.schema.createTable("change_outbox", (table) => {
    table.charset("utf8mb4");
    table.bigIncrements("id");
    table.specificType("token", "char(36) character set ascii collate ascii_bin").notNullable();
    table.integer("chat").unsigned();
    table.bigInteger("change_number").unsigned();
    table.specificType("closes", "varchar(64) character set ascii collate ascii_bin");
    table.specificType("created_at", "datetime(3)").notNullable();
  });
}

export async function down(db: Knex): Promise<void> {
  await db.schema.dropTable("change_outbox");
}
