import type { Knex } from "knex";

/** The last change of a chat's members: whoever reads changes behind it need not look for others. */
export async function up(db: Knex): Promise<void> {
  await db.schema.alterTable("chats", (table) => {
    table.bigInteger("member_change").unsigned().notNullable().defaultTo(0);
  });
}

export async function down(db: Knex): Promise<void> {
  await db.schema.alterTable("chats", (table) => {
    table.dropColumn("member_change");
  });
}
