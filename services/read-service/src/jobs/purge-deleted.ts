/** Removes what is under deleted chats and applications. The deleted rows themselves stay: their numbers are taken for ever. */
import type { Logger } from "@parley/common/log";
import type { Knex } from "knex";
import {
  deleteMessages,
  listPurgeable,
  markPurged,
  markChatsOfDeletedApplications,
} from "../queries/purge.ts";
import type { SearchIndex } from "../search.ts";

const rowsAtOnce = 1000;
const chatsAtOnce = 20;

type Dependencies = { db: Knex; search: SearchIndex | undefined; log: Logger };

export async function purgeDeleted({ db, search, log }: Dependencies): Promise<void> {
  await markChatsOfDeletedApplications(db, rowsAtOnce);
  for (const chatId of await listPurgeable(db, chatsAtOnce)) {
    while ((await deleteMessages(db, chatId, rowsAtOnce)) === rowsAtOnce);
    try {
      await search?.deleteChat(chatId);
      await markPurged(db, chatId);
    } catch (err) {
      log.warn({ err }, "a deleted chat is still in the search index, will try again");
    }
  }
}
