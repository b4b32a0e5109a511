/** Tells of edits and deletes that a crash left untold. */
import type { Knex } from "knex";
import type { Announce } from "../announce.ts";
import { listAnnouncements } from "../queries/change-outbox.ts";

const untoldMs = 5000;

export async function sweepChanges({ db, announce }: { db: Knex; announce: Announce }): Promise<void> {
  const olderThan = new Date(Date.now() - untoldMs);
  for (const announcement of await listAnnouncements(db, { olderThan, limit: 1000 })) {
    await announce(announcement);
  }
}
