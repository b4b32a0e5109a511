import type { Knex } from "knex";

/** The change by which a chat got its name last; 0 for the one that it was created with. */
export async function up(db: Knex): Promise<void> {
  await db.schema.alterTable("chats", (table) => {
    table.bigInteger("name_change").unsigned().notNullable().defaultTo(0);
  });
}

export async function down(db: Knex): Promise<void> {
  await db.schema.alterTable("chats", (table) => {
    table.dropColumn("name_change");
  });
}
