import type { Knex } from "knex";

/** Conversations have numbers below 0 among the services. */
export async function up(db: Knex): Promise<void> {
  await db.raw("ALTER TABLE change_outbox MODIFY chat int NULL");
}

export async function down(db: Knex): Promise<void> {
  await db.raw("ALTER TABLE change_outbox MODIFY chat int unsigned NULL");
}
