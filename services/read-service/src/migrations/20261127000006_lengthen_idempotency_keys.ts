import type { Knex } from "knex";

/** A user's key has the user's number before it, which is in no client's key. */
export async function up(db: Knex): Promise<void> {
  await db.raw(
    "ALTER TABLE idempotency_keys MODIFY idempotency_key varchar(80) CHARACTER SET ascii COLLATE ascii_bin NOT NULL",
  );
}

export async function down(db: Knex): Promise<void> {
  await db.raw(
    "ALTER TABLE idempotency_keys MODIFY idempotency_key varchar(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL",
  );
}
