/**
 * Which records the ledger may forget, and what it is to do then: MySQL has them under the same uid, has set them aside,
 * or has deleted what they are under.
 */
import { settledOf, type Settled } from "@parley/common/ledger";
import type { ChatRecord, MessageRecord, ParleyRecord } from "@parley/common/records";
import type { Knex } from "knex";
import { mapApplications } from "./queries/applications.ts";
import { listChatsByKey, type ChatIdentity, type ChatKey } from "./queries/chats.ts";
import { listMessageUids } from "./queries/messages.ts";
import { findSetAside } from "./queries/parked.ts";

type Stored = { uid: string; state: string };
/** Of chats by `application id:number`, of messages by `chat id:number`. */
type StoredByKey = Map<string, Stored>;

/** Everything else was stored live once; what has been deleted since has lowered its parent's count already. */
const neverCounted = new Set(["parked", "void"]);
const keyOf = ({ applicationId, number }: ChatKey): string => `${applicationId}:${number}`;

async function findChats(
  db: Knex,
  records: readonly (ChatRecord | MessageRecord)[],
  applicationIds: ReadonlyMap<string, { id: number }>,
): Promise<Map<string, ChatIdentity>> {
  const keys = records.flatMap((record) => {
    const applicationId = applicationIds.get(record.token)?.id;
    const number = record.kind === "chat" ? record.number : record.chat;
    return applicationId === undefined ? [] : [{ applicationId, number }];
  });
  const distinct = new Map(keys.map((key) => [keyOf(key), key]));
  const chats = await listChatsByKey(db, [...distinct.values()], { lock: false });
  return new Map(chats.map((chat) => [keyOf(chat), chat]));
}

async function findMessages(
  db: Knex,
  keys: readonly { chatId: number; number: number }[],
): Promise<StoredByKey> {
  const messages = await listMessageUids(db, keys);
  return new Map(messages.map(({ chatId, number, uid, state }) => [`${chatId}:${number}`, { uid, state }]));
}

const isGone = (state: string | undefined): boolean => state === "deleted" || state === "purged";

/** Those of `records` that MySQL has decided on, with the count that each is to raise. */
export async function findStored(db: Knex, records: readonly ParleyRecord[]): Promise<Settled[]> {
  const applications = await mapApplications(db, [...new Set(records.map(({ token }) => token))]);
  const children = records.filter((record) => record.kind !== "application");
  const chats = await findChats(db, children, applications);
  const chatOf = (token: string, number: number): ChatIdentity | undefined => {
    const applicationId = applications.get(token)?.id;
    return applicationId === undefined ? undefined : chats.get(keyOf({ applicationId, number }));
  };
  const messages = await findMessages(
    db,
    children.flatMap((record) => {
      const chatId = record.kind === "message" ? chatOf(record.token, record.chat)?.id : undefined;
      return chatId === undefined ? [] : [{ chatId, number: record.number }];
    }),
  );

  function storedAs(record: ParleyRecord): Stored | undefined {
    switch (record.kind) {
      case "application": {
        const application = applications.get(record.token);
        return application && { uid: record.uid, state: application.state };
      }
      case "chat":
        return chatOf(record.token, record.number);
      case "message":
        return messages.get(`${chatOf(record.token, record.chat)?.id}:${record.number}`);
    }
  }
  const isUnderDeleted = (record: ParleyRecord): boolean =>
    isGone(applications.get(record.token)?.state) ||
    (record.kind === "message" && isGone(chatOf(record.token, record.chat)?.state));

  const settled = records.map((record) => {
    const stored = storedAs(record);
    if (stored?.uid === record.uid) return settledOf(record, !neverCounted.has(stored.state));
    return isUnderDeleted(record) ? settledOf(record, false) : undefined;
  });
  const open = records.filter((_, i) => !settled[i]);
  const aside = await findSetAside(
    db,
    open.map(({ uid }) => uid),
  );
  return [
    ...settled.filter((one) => one !== undefined),
    ...open.filter(({ uid }) => aside.has(uid)).map((record) => settledOf(record, false)),
  ];
}
