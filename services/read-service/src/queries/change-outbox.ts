/** What edits and deletes still have to tell the others. */
import type { Knex } from "knex";

/** `closes` is the ledger's counter that a deletion closes for ever. */
export type Announcement = { token: string; chat?: number; changeNumber?: number; closes?: string };
export type StoredAnnouncement = Announcement & { id: number };

type Row = {
  id: number;
  token: string;
  chat: number | null;
  change_number: number | null;
  closes: string | null;
  created_at: Date;
};

export async function insertAnnouncement(
  trx: Knex.Transaction,
  announcement: Announcement,
): Promise<StoredAnnouncement> {
  const [id = 0] = await trx("change_outbox").insert({
    token: announcement.token,
    chat: announcement.chat ?? null,
    change_number: announcement.changeNumber ?? null,
    closes: announcement.closes ?? null,
    created_at: new Date(),
  });
  return { ...announcement, id };
}

/** Those that should have been told by now, or all of one application. */
export async function listAnnouncements(
  db: Knex,
  { limit, ...which }: { limit: number } & ({ olderThan: Date } | { token: string }),
): Promise<StoredAnnouncement[]> {
  const untold = db<Row>("change_outbox").orderBy("id").limit(limit);
  const rows = await ("token" in which
    ? untold.where({ token: which.token })
    : untold.where("created_at", "<", which.olderThan));
  return rows.map((row) => ({
    id: row.id,
    token: row.token,
    ...(row.chat === null ? {} : { chat: row.chat }),
    ...(row.change_number === null ? {} : { changeNumber: row.change_number }),
    ...(row.closes === null ? {} : { closes: row.closes }),
  }));
}

export async function deleteAnnouncement(db: Knex, id: number): Promise<void> {
  await db("change_outbox").where({ id }).delete();
}
