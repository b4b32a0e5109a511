/** Stores a parked record after all, once what kept it out is mended: its row gets its text back under its old number. */
import { parentOf, type Fence, type Ledger } from "@parley/common/ledger";
import type { Logger } from "@parley/common/log";
import type { ChatRecord, MessageRecord, ParleyRecord } from "@parley/common/records";
import type { Knex } from "knex";
import { describeRefusal, inTransaction } from "@parley/common/db";
import { findStored } from "./find-stored.ts";
import {
  addChatsCounts,
  mapApplications,
  unparkApplication,
  type ApplicationState,
} from "./queries/applications.ts";
import { insertAnnouncement } from "./queries/change-outbox.ts";
import { addMessagesCounts, listChatsByKey, unparkChat, type ChatIdentity } from "./queries/chats.ts";
import { lockMessage, unparkMessage } from "./queries/messages.ts";
import { insertUnindexed } from "./queries/unindexed-chats.ts";
import { deleteParked, lockParked, updateParkedReason } from "./queries/parked.ts";
import { storeRecords } from "./store-records.ts";

type Dependencies = {
  db: Knex;
  ledger: Pick<Ledger, "settle" | "findApplicationUnfenced" | "findChatUnfenced">;
  log: Logger;
};
/** Why it cannot be stored now, or nothing when it was. */
export type Replayed = { uid: string; reason?: string };

type Place = { applicationState?: ApplicationState | undefined; chat?: ChatIdentity | undefined };
const isGone = (state: string | undefined): boolean => state === "deleted" || state === "purged";

/** The application and the chat that a record is in, or is. */
async function findPlace(trx: Knex.Transaction, record: ChatRecord | MessageRecord): Promise<Place> {
  const application = (await mapApplications(trx, [record.token])).get(record.token);
  if (!application) return {};
  const number = record.kind === "chat" ? record.number : record.chat;
  const [chat] = await listChatsByKey(trx, [{ applicationId: application.id, number }], { lock: true });
  return { applicationState: application.state, chat };
}

/** Gives the row its text and its chat's next change. False when there is no parked row of this record. */
async function unpark(
  trx: Knex.Transaction,
  record: ChatRecord | MessageRecord,
  chat: ChatIdentity,
): Promise<boolean> {
  const changeNumber = chat.lastChange + 1;
  if (record.kind === "chat") {
    if (chat.uid !== record.uid || chat.state !== "parked") return false;
    await unparkChat(trx, chat, record.name);
  } else {
    const row = await lockMessage(trx, chat.id, record.number);
    if (row?.uid !== record.uid || row.state !== "parked") return false;
    await unparkMessage(trx, chat.id, { ...record, changeNumber });
    await insertUnindexed(trx, [{ chatId: chat.id, applicationId: chat.applicationId, changeNumber }]);
  }
  await insertAnnouncement(trx, { token: record.token, chat: chat.number, changeNumber });
  return true;
}

/** It has no row, since its application was unknown: it goes the way of every record, but for the outbox. */
async function storeAnew(
  trx: Knex.Transaction,
  record: ParleyRecord,
  { ledger, log }: Dependencies,
  { shard }: Fence,
): Promise<void> {
  const { changes } = await storeRecords(trx, [record], {
    findApplication: (token) => ledger.findApplicationUnfenced(shard, token),
    findChat: (token, chat) => ledger.findChatUnfenced(shard, token, chat),
    log,
  });
  for (const { token, chat, changeNumber } of changes) {
    await insertAnnouncement(trx, { token, chat, changeNumber });
  }
  const [stored] = await findStored(trx, [record]);
  if (!stored || stored.raises === "") {
    throw new Error("its application or chat is unknown or parked, or its number has another record");
  }
}

async function restore(
  trx: Knex.Transaction,
  record: ParleyRecord,
  dependencies: Dependencies,
  fence: Fence,
): Promise<void> {
  if (record.kind === "application") return unparkApplication(trx, record);
  const { applicationState, chat } = await findPlace(trx, record);
  // As with every record under a deleted parent.
  if (isGone(applicationState) || isGone(chat?.state)) return;
  const [before] = await findStored(trx, [record]);
  // It came again meanwhile, and has been counted.
  if (before && before.raises !== "") return;
  if (!chat || !(await unpark(trx, record, chat))) await storeAnew(trx, record, dependencies, fence);
  const raise = new Map([[parentOf(record), 1]]);
  await (record.kind === "chat" ? addChatsCounts(trx, raise) : addMessagesCounts(trx, raise));
}

/**
 * One transaction; what still cannot be stored stays parked, with the new reason.
 * @throws Problem unavailable when the shard is closed
 */
export async function replayParked(
  dependencies: Dependencies,
  fence: Fence,
  record: ParleyRecord,
): Promise<Replayed> {
  const { db, ledger } = dependencies;
  const { uid } = record;
  // It may not be settled yet, and would raise the count a second time as soon as its row is live.
  await ledger.settle(fence, [{ uid, parent: parentOf(record), raises: "" }]);
  try {
    await inTransaction(db, async (trx) => {
      if (!(await lockParked(trx, uid))) return;
      await restore(trx, record, dependencies, fence);
      await deleteParked(trx, uid);
    });
    return { uid };
  } catch (err) {
    const reason = describeRefusal(err);
    await updateParkedReason(db, uid, reason);
    return { uid, reason };
  }
}
