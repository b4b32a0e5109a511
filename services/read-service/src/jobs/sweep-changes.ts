/** Tells of edits and deletes that a crash left untold. */
import type { Logger } from "@parley/common/log";
import type { Knex } from "knex";
import type { Announce } from "../announce.ts";
import { listAnnouncements } from "../queries/change-outbox.ts";

const untoldMs = 5000;

type Dependencies = { db: Knex; announce: Announce; log: Logger };

/** One that cannot be told yet does not hold up the others. */
export async function sweepChanges({ db, announce, log }: Dependencies): Promise<void> {
  const olderThan = new Date(Date.now() - untoldMs);
  for (const announcement of await listAnnouncements(db, { olderThan, limit: 1000 })) {
    await announce(announcement).catch((err: unknown) => log.warn({ err }, "change not announced yet"));
  }
}
