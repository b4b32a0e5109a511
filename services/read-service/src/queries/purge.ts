/** Removing what is under deleted chats and applications, a part at a time. */
import { chatKey } from "@parley/common/ledger";
import type { Knex } from "knex";
import { numberOfChat } from "./chats.ts";
import { forgetUsersOf } from "./purge-users.ts";
import { deleteKeysOf } from "./idempotency-keys.ts";

const usersAtOnce = 500;

/** The chats and users of deleted applications go, too; an application without live chats is done with. */
export async function markChatsOfDeletedApplications(db: Knex, limit: number): Promise<void> {
  const deleted: { id: number; token: string }[] = await db("applications")
    .select("id", "token")
    .where({ state: "deleted" })
    .limit(100);
  for (const { id, token } of deleted) {
    const marked = await db("chats")
      .where({ application_id: id, state: "live" })
      .limit(limit)
      .update({ state: "deleted", name: null });
    if (marked > 0) continue;
    while ((await deleteKeysOf(db, token, limit)) === limit);
    while ((await forgetUsersOf(db, id, usersAtOnce)) === usersAtOnce);
    await db("applications").where({ id }).update({ state: "purged" });
  }
}

/** Deleted chats, in order of id, from behind `after`. */
export async function listPurgeable(
  db: Knex,
  { after, limit }: { after: number; limit: number },
): Promise<number[]> {
  const rows: { id: number }[] = await db("chats")
    .select("id")
    .where({ state: "deleted" })
    .where("id", ">", after)
    .orderBy("id")
    .limit(limit);
  return rows.map(({ id }) => id);
}

/** The number of messages removed, at most `limit`. */
export async function deleteMessages(db: Knex, chatId: number, limit: number): Promise<number> {
  return db("messages").where({ chat_id: chatId }).limit(limit).delete();
}

/** How the ledger and idempotency keys name a chat. */
export async function getChatKey(db: Knex, chatId: number): Promise<string> {
  const [row]: { token: string; number: number }[] = await db("chats as c")
    .join("applications as a", "a.id", "c.application_id")
    .select("a.token", db.raw(`${numberOfChat} AS number`))
    .where({ "c.id": chatId });
  if (!row) throw new Error(`chat ${chatId} is gone`);
  return chatKey(row.token, row.number);
}

export async function markPurged(db: Knex, chatId: number): Promise<void> {
  await db("chats").where({ id: chatId, state: "deleted" }).update({ state: "purged" });
}
