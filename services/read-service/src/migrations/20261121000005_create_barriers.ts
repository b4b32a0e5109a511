import type { Knex } from "knex";

export async function up(db: Knex): Promise<void> {
  await db.schema.createTable("barriers", (table) => {
    table.charset("utf8mb4");
    table.specificType("id", "char(36) character set ascii collate ascii_bin").notNullable().primary();
    table.integer("shard").unsigned().notNullable();
    table.bigInteger("epoch").unsigned().notNullable();
    table.specificType("passed_at", "datetime(3)").notNullable();
    table.index(["shard", "epoch"], "barriers_shard_epoch");
  });
}

export async function down(db: Knex): Promise<void> {
  await db.schema.dropTable("barriers");
}
