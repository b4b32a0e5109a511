/** Chats with changes that the search index may not show yet. */
import type { Knex } from "knex";

export type UnindexedChat = { chatId: number; applicationId: number; changeNumber: number };

/** In the transaction that makes the changes. */
export async function insertUnindexed(trx: Knex.Transaction, chats: readonly UnindexedChat[]): Promise<void> {
  if (chats.length === 0) return;
  await trx.raw(
    `INSERT INTO unindexed_chats (chat_id, application_id, change_number) VALUES ?
     ON DUPLICATE KEY UPDATE change_number = GREATEST(change_number, VALUES(change_number))`,
    [
      chats.map(({ chatId, applicationId, changeNumber }) => [chatId, applicationId, changeNumber]),
    ] as unknown as Knex.RawBinding[],
  );
}

/** An application's live chats with such changes, in order of id. */
export async function listUnindexed(
  db: Knex,
  applicationId: number,
  limit: number,
): Promise<{ id: number; number: number; lastChange: number }[]> {
  return db("unindexed_chats as u")
    .join("chats as c", "c.id", "u.chat_id")
    .select("c.id", "c.number", { lastChange: "c.last_change" })
    .where({ "u.application_id": applicationId, "c.state": "live" })
    .orderBy("c.id")
    .limit(limit);
}
