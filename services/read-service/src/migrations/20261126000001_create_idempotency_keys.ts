import type { Knex } from "knex";

/** What each idempotency key was used for. `parent` as the ledger names it; `kept_until` is null where that is for ever. */
export async function up(db: Knex): Promise<void> {
  await db.schema.createTable("idempotency_keys", (table) => {
    table.charset("utf8mb4");
    table.specificType("parent", "varchar(64) character set ascii collate ascii_bin").notNullable();
    table.specificType("idempotency_key", "varchar(64) character set ascii collate ascii_bin").notNullable();
    table.specificType("fingerprint", "char(22) character set ascii collate ascii_bin").notNullable();
    table.integer("number").unsigned().notNullable();
    table.specificType("uid", "char(36) character set ascii collate ascii_bin").notNullable();
    table.specificType("kept_until", "datetime(3)");
    table.primary(["parent", "idempotency_key"]);
    table.index(["kept_until"], "idempotency_keys_kept_until");
  });
}

export async function down(db: Knex): Promise<void> {
  await db.schema.dropTable("idempotency_keys");
}
