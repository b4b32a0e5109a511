import type { Knex } from "knex";

/** One row a shard. `bound_epoch` is the last one that was opened: what may still be bound at the broker starts there. */
export async function up(db: Knex): Promise<void> {
  await db.schema.createTable("seq_epoch", (table) => {
    table.charset("utf8mb4");
    table.integer("shard").unsigned().notNullable().primary();
    table.bigInteger("epoch").unsigned().notNullable();
    table.bigInteger("bound_epoch").unsigned().notNullable();
    table.enu("state", ["open", "recovering"]).notNullable();
    table.specificType("changed_at", "datetime(3)").notNullable();
  });
}

export async function down(db: Knex): Promise<void> {
  await db.schema.dropTable("seq_epoch");
}
