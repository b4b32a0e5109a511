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

/** Live chats with such changes, in order of id, from behind `after`; `changeNumber`: the greatest. */
export async function listUnindexedFrom(
  db: Knex,
  { after, limit }: { after: number; limit: number },
): Promise<{ id: number; number: number; applicationId: number; token: string; changeNumber: number }[]> {
  return db("unindexed_chats as u")
    .join("chats as c", "c.id", "u.chat_id")
    .join("applications as a", "a.id", "c.application_id")
    .select("c.id", "c.number", "a.token", { applicationId: "a.id", changeNumber: "u.change_number" })
    .where("u.chat_id", ">", after)
    .where({ "c.state": "live" })
    .orderBy("u.chat_id")
    .limit(limit);
}

/**
 * All copies of the live index show these chats up to `through`. Only of the live one, and never while another is being
 * made: what that may lack stays here.
 */
export async function deleteUnindexed(
  db: Knex,
  indexName: string,
  chats: readonly { chatId: number; through: number }[],
): Promise<void> {
  if (chats.length === 0) return;
  await db.raw(
    `DELETE FROM unindexed_chats WHERE (${chats.map(() => "(chat_id = ? AND change_number <= ?)").join(" OR ")})
     AND EXISTS (SELECT 1 FROM search_indexes WHERE index_name = ? AND state = 'live')
     AND NOT EXISTS (SELECT 1 FROM search_indexes WHERE state = 'building')`,
    [...chats.flatMap(({ chatId, through }) => [chatId, through]), indexName],
  );
}

export async function isUnindexed(db: Knex, chatId: number): Promise<boolean> {
  return (await db("unindexed_chats").where({ chat_id: chatId }).first("chat_id")) !== undefined;
}

export async function deleteUnindexedOf(db: Knex, chatId: number): Promise<void> {
  await db("unindexed_chats").where({ chat_id: chatId }).delete();
}
