import type { Knex } from "knex";

/** What a user has written, for when it is deleted. */
export async function up(db: Knex): Promise<void> {
  await db.schema.alterTable("messages", (table) =>
    table.index(["sender_id", "state"], "messages_sender_id_state"),
  );
}

export async function down(db: Knex): Promise<void> {
  await db.schema.alterTable("messages", (table) =>
    table.dropIndex(["sender_id", "state"], "messages_sender_id_state"),
  );
}
