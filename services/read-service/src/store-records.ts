/** Stores a batch of records in one transaction: applications, then chats, then messages. */
import type { Change } from "@parley/common/changes";
import { settledOf, type Settled } from "@parley/common/ledger";
import type { Logger } from "@parley/common/log";
import type { ApplicationRecord, ChatRecord, MessageRecord, ParleyRecord } from "@parley/common/records";
import { v4 as uuid } from "uuid";
import type { Knex } from "knex";
import type { Candidate } from "./insert-new.ts";
import { insertApplications, mapApplications, type ApplicationState } from "./queries/applications.ts";
import {
  insertChats,
  listChatsByKey,
  raiseLastChanges,
  type ChatIdentity,
  type ChatState,
  type NewChat,
} from "./queries/chats.ts";
import { insertMembers } from "./queries/members.ts";
import { insertMessages, listMessageUids, type NewMessage } from "./queries/messages.ts";
import { insertParked } from "./queries/parked.ts";
import { mapUserIds } from "./queries/senders.ts";
import { insertUnindexed } from "./queries/unindexed-chats.ts";
import { findStored } from "./find-stored.ts";
import { insertWithKeys } from "./store-keys.ts";

/**
 * `settled`: what the ledger may forget; `changes`: what the others are to be told after COMMIT; `messages`: how many were
 * not there before.
 */
export type Outcome = { settled: Settled[]; changes: Change[]; messages: number };
export type Context = {
  /** An application whose record is still in the outbox: replayed records come in any order. */
  findApplication: (token: string) => Promise<ParleyRecord | undefined>;
  /** A chat that another replica numbered and whose record is still in the outbox. */
  findChat: (token: string, chat: number) => Promise<ParleyRecord | undefined>;
  log: Logger;
  /** Set for a single record whose values can never be stored: its row keeps the number, without them. */
  parkedBecause?: string;
};
type Applications = Map<string, { id: number; state: ApplicationState }>;
const ofKind = <K extends ParleyRecord["kind"]>(records: readonly ParleyRecord[], kind: K) =>
  records.filter((record): record is Extract<ParleyRecord, { kind: K }> => record.kind === kind);

/** Parked records keep everything but what a person wrote. */
function withoutText(record: ParleyRecord): ParleyRecord {
  switch (record.kind) {
    case "application":
      return { ...record, name: "" };
    case "chat":
      return { ...record, name: undefined };
    case "message":
      return { ...record, content: "" };
  }
}

/** Gives how many were new, as the others do. */
async function storeApplications(
  trx: Knex.Transaction,
  records: readonly ApplicationRecord[],
  context: Context,
): Promise<number> {
  const candidates = records.map((record) => ({ record, row: record, key: record.token }));
  const state = context.parkedBecause === undefined ? "live" : "parked";
  const inserted = await insertWithKeys(trx, candidates, {
    insert: (rows) => insertApplications(trx, rows, state),
    storedUids: async () => {
      const taken = await mapApplications(
        trx,
        records.map(({ token }) => token),
      );
      return new Map([...taken.keys()].map((token) => [token, token]));
    },
    log: context.log,
  });
  return inserted.length;
}

/** The applications of chats and messages. One that is not there yet is stored first, from its record in the outbox. */
async function findApplications(
  trx: Knex.Transaction,
  children: readonly ParleyRecord[],
  context: Context,
): Promise<Applications> {
  const tokens = [...new Set(children.map(({ token }) => token))];
  const found = await mapApplications(trx, tokens);
  const missing = tokens.filter((token) => !found.has(token));
  if (missing.length === 0) return found;
  const waiting = await Promise.all(missing.map((token) => context.findApplication(token)));
  await storeApplications(
    trx,
    ofKind(
      waiting.filter((record) => record !== undefined),
      "application",
    ),
    context,
  );
  return mapApplications(trx, tokens);
}

const keyOf = ({ applicationId, number }: { applicationId: number; number: number }): string =>
  `${applicationId}:${number}`;

async function storeChats(
  trx: Knex.Transaction,
  chats: readonly { record: ChatRecord; applicationId: number }[],
  context: Context,
): Promise<number> {
  const candidates = chats.map(({ record, applicationId }) => {
    const { number, uid, name, private: isPrivate = false, createdAt } = record;
    const row: NewChat = { applicationId, number, uid, name, isPrivate, createdAt };
    return { record, row, key: keyOf(row) };
  });
  const state = context.parkedBecause === undefined ? "live" : "parked";
  const inserted = await insertWithKeys(trx, candidates, {
    insert: (rows) => insertChats(trx, rows, state),
    storedUids: async () => {
      const taken = await listChatsByKey(
        trx,
        candidates.map(({ row }) => row),
        { lock: false },
      );
      return new Map(taken.map((chat) => [keyOf(chat), chat.uid]));
    },
    log: context.log,
  });
  await storeOwners(
    trx,
    inserted.flatMap(({ row, record }) =>
      record.kind === "chat" && record.owner !== undefined ? [{ row, owner: record.owner }] : [],
    ),
  );
  return inserted.length;
}

async function storeOwners(
  trx: Knex.Transaction,
  owned: readonly { row: NewChat; owner: number }[],
): Promise<void> {
  if (owned.length === 0) return;
  const users = await mapUserIds(
    trx,
    owned.map(({ row, owner }) => ({ applicationId: row.applicationId, number: owner })),
  );
  const stored = await listChatsByKey(
    trx,
    owned.map(({ row }) => row),
    { lock: false },
  );
  const ids = new Map(stored.map((chat) => [keyOf(chat), chat.id]));
  await insertMembers(
    trx,
    owned.flatMap(({ row, owner }) => {
      const [chatId, userId] = [ids.get(keyOf(row)), users.get(keyOf({ ...row, number: owner }))];
      return chatId === undefined || userId === undefined ? [] : [{ chatId, userId, role: "owner" as const }];
    }),
  );
}

/** The chats of messages, locked. One that is not there yet is stored first, from its record in the outbox. */
async function lockChats(
  trx: Knex.Transaction,
  messages: readonly { record: MessageRecord; applicationId: number }[],
  context: Context,
): Promise<Map<string, ChatIdentity>> {
  const keys = new Map(
    messages.map(({ record, applicationId }) => {
      const key = { applicationId, number: record.chat };
      return [keyOf(key), { ...key, record }];
    }),
  );
  const found = new Map(
    (await listChatsByKey(trx, [...keys.values()], { lock: true })).map((chat) => [keyOf(chat), chat]),
  );
  const missing = [...keys.entries()].filter(([key]) => !found.has(key)).map(([, value]) => value);
  if (missing.length === 0) return found;
  const parents = await Promise.all(
    missing.map(async ({ record, applicationId }) => {
      const { token, chat, createdAt, private: isPrivate, sender } = record;
      const waiting = await context.findChat(token, chat);
      if (waiting?.kind === "chat") return { record: waiting, applicationId };
      // Its record was lost with Redis before it was confirmed. The message was confirmed, so its chat comes back, unnamed.
      context.log.error(
        { chat },
        "the record of a message's chat is lost, the chat is restored without its name",
      );
      return {
        record: {
          kind: "chat" as const,
          uid: uuid(),
          token,
          number: chat,
          createdAt,
          ...(isPrivate && { private: isPrivate, owner: sender?.number }),
        },
        applicationId,
      };
    }),
  );
  await storeChats(trx, parents, context);
  return new Map(
    (await listChatsByKey(trx, [...keys.values()], { lock: true })).map((chat) => [keyOf(chat), chat]),
  );
}

/** What is under a parked parent waits there for its replay; what is under a deleted one is gone with it. */
const canHold = (state: ChatState | ApplicationState): boolean => state === "live" || state === "parked";

type Placed = { record: MessageRecord; chat: ChatIdentity; senderId?: number | undefined };

/** Gives each message its change number, under the lock of its chat's row. */
function toCandidates(placed: readonly Placed[]): Candidate<NewMessage>[] {
  const last = new Map<number, number>();
  return placed.map(({ record, chat, senderId }) => {
    const changeNumber = (last.get(chat.id) ?? chat.lastChange) + 1;
    last.set(chat.id, changeNumber);
    const { number, uid, content, createdAt } = record;
    return {
      record,
      row: { chatId: chat.id, number, changeNumber, uid, content, senderId, createdAt },
      key: `${chat.id}:${number}`,
    };
  });
}

async function storeMessages(
  trx: Knex.Transaction,
  placed: readonly Placed[],
  context: Context,
): Promise<{ changes: Change[]; inserted: number }> {
  const byUid = new Map(placed.map((one) => [one.record.uid, one]));
  const state = context.parkedBecause === undefined ? "live" : "parked";
  const candidates = toCandidates(placed);
  const inserted = await insertWithKeys(trx, candidates, {
    // Without the repeats the change numbers are to be given anew, so that none is left out.
    insert: async (rows) => {
      const fresh = rows.length === placed.length ? rows : renumber(rows, byUid);
      await insertMessages(trx, fresh, state);
    },
    storedUids: async () => {
      const taken = await listMessageUids(
        trx,
        candidates.map(({ row }) => row),
      );
      return new Map(taken.map(({ chatId, number, uid }) => [`${chatId}:${number}`, uid]));
    },
    log: context.log,
  });
  const rises = new Map<number, number>();
  for (const { row } of inserted) rises.set(row.chatId, (rises.get(row.chatId) ?? 0) + 1);
  await raiseLastChanges(trx, rises);
  const chats = new Map(placed.map(({ chat }) => [chat.id, chat]));
  await insertUnindexed(
    trx,
    [...rises].flatMap(([chatId, rise]) => {
      const { applicationId = 0, lastChange = 0 } = chats.get(chatId) ?? {};
      return [{ chatId, applicationId, changeNumber: lastChange + rise }];
    }),
  );
  const changes = placed.map(({ record, chat }) => ({
    token: record.token,
    chat: record.chat,
    changeNumber: chat.lastChange + (rises.get(chat.id) ?? 0),
    after: chat.lastChange,
  }));
  return { changes, inserted: inserted.length };
}

function renumber(rows: readonly NewMessage[], byUid: ReadonlyMap<string, Placed>): NewMessage[] {
  const placed = rows.flatMap(({ uid }) => byUid.get(uid) ?? []);
  return toCandidates(placed).map(({ row }) => row);
}

/**
 * Stores records in order of kind. What is under a deleted parent is only settled.
 * @throws whatever MySQL refuses; then nothing is stored
 */
export async function storeRecords(
  trx: Knex.Transaction,
  given: readonly ParleyRecord[],
  context: Context,
): Promise<Outcome> {
  const { parkedBecause, log } = context;
  for (const record of parkedBecause === undefined ? [] : given) {
    await insertParked(trx, record, parkedBecause ?? "");
  }
  const records = parkedBecause === undefined ? given : given.map(withoutText);

  const newApplications = await storeApplications(trx, ofKind(records, "application"), context);
  const children = records.filter((record) => record.kind !== "application");
  const applications = await findApplications(trx, children, context);
  for (const record of children) {
    if (applications.has(record.token)) continue;
    // Cannot happen: a token is known only once the application's own record was confirmed.
    log.error({ uid: record.uid, kind: record.kind }, "record without an application, parked");
    await insertParked(trx, record, "its application is unknown");
  }
  const inLive = <R extends ChatRecord | MessageRecord>(
    all: readonly R[],
  ): { record: R; applicationId: number }[] =>
    all.flatMap((record) => {
      const application = applications.get(record.token);
      return application && canHold(application.state) ? [{ record, applicationId: application.id }] : [];
    });

  const chats = inLive(ofKind(records, "chat"));
  const newChats = await storeChats(trx, chats, context);
  const messages = inLive(ofKind(records, "message"));
  const parents =
    messages.length > 0 ? await lockChats(trx, messages, context) : new Map<string, ChatIdentity>();
  const senders = await mapUserIds(
    trx,
    messages.flatMap(({ record: { sender }, applicationId }) =>
      sender ? [{ applicationId, number: sender.number }] : [],
    ),
  );
  const placed = messages.flatMap(({ record, applicationId }) => {
    const chat = parents.get(keyOf({ applicationId, number: record.chat }));
    const senderId = record.sender && senders.get(keyOf({ applicationId, number: record.sender.number }));
    return chat && canHold(chat.state) ? [{ record, chat, senderId }] : [];
  });
  const { changes, inserted } = await storeMessages(trx, placed, context);

  const areAllNew = newApplications + newChats + inserted === records.length;
  return {
    settled: areAllNew
      ? given.map((record) => settledOf(record, parkedBecause === undefined))
      : await settleAsStored(trx, given),
    changes: changes.filter(({ changeNumber }) => changeNumber > 0),
    messages: parkedBecause === undefined ? inserted : 0,
  };
}

/** A repeat raises its count as its row is: it may be parked. What has no row under its uid raises none. */
async function settleAsStored(trx: Knex.Transaction, records: readonly ParleyRecord[]): Promise<Settled[]> {
  const stored = new Map((await findStored(trx, records)).map((one) => [one.uid, one]));
  return records.map((record) => stored.get(record.uid) ?? settledOf(record, false));
}
