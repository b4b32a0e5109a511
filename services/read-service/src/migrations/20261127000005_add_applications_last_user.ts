import type { Knex } from "knex";

/** The number of the newest user, raised under the lock of this row: users are numbered without a hole. */
export async function up(db: Knex): Promise<void> {
  await db.schema.alterTable("applications", (table) => {
    table.integer("last_user").unsigned().notNullable().defaultTo(0);
  });
}

export async function down(db: Knex): Promise<void> {
  await db.schema.alterTable("applications", (table) => table.dropColumn("last_user"));
}
