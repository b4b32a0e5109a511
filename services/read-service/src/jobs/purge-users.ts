/** Deletes what deleted users have written, unless it was to be kept: as tombstones, so that numbers stay. */
import { chatKey } from "@parley/common/ledger";
import type { Logger } from "@parley/common/log";
import { inTransaction } from "@parley/common/db";
import type { Knex } from "knex";
import type { Announce } from "../announce.ts";
import { insertAnnouncement, type StoredAnnouncement } from "../queries/change-outbox.ts";
import { lockChat } from "../queries/chats.ts";
import { lockMessage, updateMessage } from "../queries/messages.ts";
import type { Pending } from "../pending.ts";
import { listPurgeableUsers, listWritten, markUserPurged, type Written } from "../queries/purge-users.ts";
import { deletePointersOfUser } from "../queries/read-pointers.ts";
import { insertUnindexed } from "../queries/unindexed-chats.ts";

const usersAtOnce = 20;
const messagesAtOnce = 200;
/** What was accepted just before may be stored until then. */
const lateMs = 24 * 3_600_000;

type Dependencies = { db: Knex; announce: Announce; pending: Pick<Pending, "settle">; log: Logger };

/** One transaction, and one change for each message. Nothing where the chat was deleted meanwhile: they go with it. */
function deleteWritten(db: Knex, written: Written): Promise<StoredAnnouncement | undefined> {
  const { chatId, token, chat, messages } = written;
  return inTransaction(db, async (trx) => {
    const parent = await lockChat(trx, chatId);
    if (parent?.state !== "live") return undefined;
    let changeNumber = parent.lastChange;
    const at = new Date();
    for (const { number } of messages) {
      const message = await lockMessage(trx, chatId, number);
      if (message?.state !== "live" && message?.state !== "edited") continue;
      changeNumber += 1;
      await updateMessage(trx, chatId, number, { content: "", state: "deleted", changeNumber, at });
    }
    await insertUnindexed(trx, [{ chatId, applicationId: parent.applicationId, changeNumber }]);
    return insertAnnouncement(trx, { token, chat, changeNumber });
  });
}

async function deleteAllWritten({ db, announce, pending }: Dependencies, userId: number): Promise<void> {
  for (;;) {
    const written = await listWritten(db, userId, messagesAtOnce);
    if (written.length === 0) return;
    for (const ofChat of written) {
      const { token, chat, messages } = ofChat;
      const parent = chatKey(token, chat);
      for (const { uid } of messages) await pending.settle(token, { uid, parent, raises: "messages" });
      const announcement = await deleteWritten(db, ofChat);
      if (announcement) await announce(announcement);
    }
  }
}

export async function purgeUsers(dependencies: Dependencies): Promise<void> {
  const { db, log } = dependencies;
  for (let after = 0; ;) {
    const users = await listPurgeableUsers(db, { after, limit: usersAtOnce });
    for (const { id, keepsMessages, deletedAt } of users) {
      try {
        await deletePointersOfUser(db, id);
        if (!keepsMessages) await deleteAllWritten(dependencies, id);
        const isDone = keepsMessages || deletedAt.getTime() < Date.now() - lateMs;
        if (isDone) await markUserPurged(db, id);
      } catch (err) {
        log.warn({ err }, "what a deleted user has written is not deleted yet, will try again");
      }
    }
    const last = users.at(-1);
    if (!last) return;
    after = last.id;
  }
}
