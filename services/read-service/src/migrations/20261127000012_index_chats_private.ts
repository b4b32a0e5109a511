import type { Knex } from "knex";

/** Open chats are listed without a look at private ones. */
export async function up(db: Knex): Promise<void> {
  await db.schema.alterTable("chats", (table) =>
    table.index(["application_id", "kind", "private", "number"], "chats_application_id_kind_private_number"),
  );
}

export async function down(db: Knex): Promise<void> {
  await db.schema.alterTable("chats", (table) =>
    table.dropIndex(
      ["application_id", "kind", "private", "number"],
      "chats_application_id_kind_private_number",
    ),
  );
}
