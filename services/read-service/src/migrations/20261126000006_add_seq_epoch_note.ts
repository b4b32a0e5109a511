import type { Knex } from "knex";

/** Why the shard is being recovered, and how far that is; empty while it is open. */
export async function up(db: Knex): Promise<void> {
  await db.schema.alterTable("seq_epoch", (table) => {
    table.string("note", 255).notNullable().defaultTo("");
  });
}

export async function down(db: Knex): Promise<void> {
  await db.schema.alterTable("seq_epoch", (table) => {
    table.dropColumn("note");
  });
}
