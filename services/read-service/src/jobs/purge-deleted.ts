/** Removes what is under deleted chats and applications. The deleted rows themselves stay: their numbers are taken for ever. */
import type { Logger } from "@parley/common/log";
import type { Knex } from "knex";
import { deleteKeysOf } from "../queries/idempotency-keys.ts";
import {
  deleteMessages,
  getChatKey,
  listPurgeable,
  markPurged,
  markChatsOfDeletedApplications,
} from "../queries/purge.ts";
import { deletePointersIn } from "../queries/read-pointers.ts";
import { deleteRefusalsOf } from "../queries/search-refusals.ts";
import { deleteUnindexedOf } from "../queries/unindexed-chats.ts";
import type { SearchIndex } from "../search/connect.ts";

const rowsAtOnce = 1000;
const chatsAtOnce = 20;

type Dependencies = { db: Knex; search: Pick<SearchIndex, "deleteChat"> | undefined; log: Logger };

/** A search index that is away keeps chats from being done with, and not their messages from going. */
export async function purgeDeleted({ db, search, log }: Dependencies): Promise<void> {
  await markChatsOfDeletedApplications(db, rowsAtOnce);
  let searchIsAway = false;
  for (let after = 0; ;) {
    const chats = await listPurgeable(db, { after, limit: chatsAtOnce });
    const last = chats.at(-1);
    if (last === undefined) return;
    for (const chatId of chats) {
      while ((await deleteMessages(db, chatId, rowsAtOnce)) === rowsAtOnce);
      while ((await deletePointersIn(db, chatId, rowsAtOnce)) === rowsAtOnce);
      const parent = await getChatKey(db, chatId);
      while ((await deleteKeysOf(db, parent, rowsAtOnce)) === rowsAtOnce);
      await Promise.all([deleteUnindexedOf(db, chatId), deleteRefusalsOf(db, chatId)]);
      if (searchIsAway) continue;
      try {
        await search?.deleteChat(chatId);
        await markPurged(db, chatId);
      } catch (err) {
        searchIsAway = true;
        log.warn({ err }, "deleted chats are still in the search index, will try again");
      }
    }
    after = last;
  }
}
