/** Finds what a path names: MySQL, then the ledger, then MySQL once more, since a record moves from one to the other. */
import { setTimeout as pause } from "node:timers/promises";
import type { Role } from "@parley/common/fact";
import { commonChat } from "@parley/common/chat-number";
import { chatKey } from "@parley/common/ledger";
import { noChat } from "@parley/common/path";
import { problem } from "@parley/common/problem";
import type { ChatRecord } from "@parley/common/records";
import type { Knex } from "knex";
import { isOutOfReach } from "@parley/common/db";
import { mergeByNumber, rangeOf, type NumberPage } from "@parley/common/paging";
import type { Pending } from "./pending.ts";
import {
  applicationOf,
  findApplication,
  type Application,
  type StoredApplication,
} from "./queries/applications.ts";
import { chatOf, findChatPath, insertCommonChat, type Chat, type StoredChat } from "./queries/chats.ts";
import { findRole } from "./queries/members.ts";
import {
  findMessagePage,
  findPageEnd,
  findMessagePath,
  messageOf,
  type Message,
  type MessagePath,
  type StoredMessage,
} from "./queries/messages.ts";
import { mapSenders } from "./queries/senders.ts";

export type Stores = { db: Knex; pending: Pending };
/** `chat`: as chat-number.ts has it. */
export type ChatAddress = { token: string; chat: number };
export type MessageAddress = ChatAddress & { number: number };

const rowWaitMs = 2000;
const rowPollMs = 20;

/** The ledger is asked, too, when MySQL is away; what neither has is then unknown, not absent. */
async function readYourWrites<T>(
  stored: () => Promise<T | undefined>,
  pending: () => Promise<T | undefined>,
): Promise<T | undefined> {
  try {
    const found = await stored();
    if (found) return found;
  } catch (err) {
    const waiting = isOutOfReach(err) ? await pending() : undefined;
    if (waiting) return waiting;
    throw err;
  }
  return (await pending()) ?? (await stored());
}

const noApplication = () => problem("application-not-found", "No application has this token.");
export const noMessage = (number: number) =>
  problem("message-not-found", `This chat has no message ${number}.`);
const deletedChat = (number: number) => problem("chat-deleted", `Chat ${number} was deleted.`);

function refuseDeletedApplication(state: StoredApplication["state"]): void {
  if (state === "deleted" || state === "purged") {
    throw problem("application-deleted", "This application was deleted.");
  }
  if (state === "parked") throw noApplication();
}

function refuseGoneChat(number: number, state: StoredChat["state"]): void {
  if (state === "deleted" || state === "purged") throw deletedChat(number);
  if (state === "void" || state === "parked") throw problem("number-void", `Chat ${number} has no content.`);
}

function refuseGoneMessage({ number, state }: StoredMessage): void {
  if (state === "deleted") throw problem("message-deleted", `Message ${number} was deleted.`);
  if (state === "void" || state === "parked") {
    throw problem("number-void", `Message ${number} has no content.`);
  }
}

async function findStoredApplication(db: Knex, token: string): Promise<StoredApplication | undefined> {
  const stored = await findApplication(db, token);
  if (stored) refuseDeletedApplication(stored.state);
  return stored;
}

/** @throws Problem application-not-found, application-deleted, unavailable */
export async function getApplication({ db, pending }: Stores, token: string): Promise<Application> {
  const found = await readYourWrites<Application>(
    () => findStoredApplication(db, token),
    async () => {
      const record = await pending.findApplication(token);
      return record && applicationOf(record);
    },
  );
  if (!found) throw noApplication();
  return found;
}

async function findStoredChat(
  db: Knex,
  { token, chat: number }: ChatAddress,
): Promise<StoredChat | undefined> {
  const path = await findChatPath(db, token, number);
  if (!path) return undefined;
  refuseDeletedApplication(path.applicationState);
  if (path.chat) refuseGoneChat(number, path.chat.state);
  return path.chat;
}

/**
 * Whether only its members may use a chat, whatever its state is.
 * @throws Problem application-…, chat-not-found, unavailable
 */
export async function findPrivacy(
  stores: Stores,
  address: ChatAddress,
): Promise<{ isPrivate: boolean; isStored: boolean }> {
  const { token, chat } = address;
  const found = await readYourWrites<Pick<Chat, "isPrivate"> | StoredChat>(
    async () => (await findChatPath(stores.db, token, chat))?.chat,
    () => findPendingChat(stores.pending, address),
  );
  if (found) return { isPrivate: found.isPrivate, isStored: "id" in found };
  await getApplication(stores, token);
  throw noChat(chat);
}

/** A chat that is not stored yet has its owner alone. */
export async function findRoleIn(
  { db, pending }: Stores,
  { token, chat }: ChatAddress,
  user: number,
): Promise<Role | undefined> {
  const found = await readYourWrites<{ role: Role | undefined }>(
    async () => {
      const path = await findChatPath(db, token, chat);
      return path?.chat && { role: await findRole(db, path.chat.id, user) };
    },
    async () => {
      const record = await findPendingRecord(pending, { token, chat });
      return record && { role: record.owner === user ? "owner" : undefined };
    },
  );
  return found?.role;
}

async function findPendingRecord(
  pending: Pending,
  { token, chat }: ChatAddress,
): Promise<ChatRecord | undefined> {
  const [record] = await pending.listChats(token, { lowest: chat, highest: chat, order: "asc", limit: 1 });
  return record;
}

async function findPendingChat(pending: Pending, address: ChatAddress): Promise<Chat | undefined> {
  const record = await findPendingRecord(pending, address);
  return record && chatOf(record);
}

/**
 * The chat; with its `id` when it is in MySQL.
 * @throws Problem application-…, chat-…, unavailable
 */
export async function getChat(stores: Stores, address: ChatAddress): Promise<StoredChat | Chat> {
  const found = await readYourWrites<StoredChat | Chat>(
    () => findStoredChat(stores.db, address),
    () => findPendingChat(stores.pending, address),
  );
  if (found) return found;
  const { createdAt } = await getApplication(stores, address.token);
  if (address.chat === commonChat) return emptyCommonChat(createdAt);
  throw noChat(address.chat);
}

/** It is there from the start; its row is made when it is first needed. */
function emptyCommonChat(createdAt: Date): Chat {
  const nothing = { isPrivate: false, messagesCount: 0, version: 0 };
  return { number: commonChat, ...nothing, createdAt, updatedAt: createdAt };
}

function refuseGoneParents(
  chat: number,
  applicationState: StoredApplication["state"],
  chatState: StoredChat["state"] | undefined,
): void {
  refuseDeletedApplication(applicationState);
  if (chatState) refuseGoneChat(chat, chatState);
}

function messageOn(address: MessageAddress, path: MessagePath | undefined): StoredMessage | undefined {
  if (!path) return undefined;
  refuseGoneParents(address.chat, path.applicationState, path.chat?.state);
  if (path.message) refuseGoneMessage(path.message);
  return path.message;
}

/** @throws Problem application-…, chat-…, message-…, unavailable */
export async function getMessage(stores: Stores, address: MessageAddress): Promise<Message> {
  const { token, chat, number } = address;
  const found = await readYourWrites<Message>(
    async () => messageOn(address, await findMessagePath(stores.db, address)),
    async () => {
      const [record] = await stores.pending.listMessages(token, chat, {
        lowest: number,
        highest: number,
        order: "asc",
        limit: 1,
      });
      return record && messageOf(record);
    },
  );
  if (!found) {
    await getChat(stores, address);
    throw noMessage(number);
  }
  const [message] = await withSenders(stores.db, [found]);
  return message ?? found;
}

/** Tells who wrote them. */
export async function withSenders<M extends Message>(db: Knex, messages: readonly M[]): Promise<M[]> {
  const ids = messages.flatMap(({ senderId }) => (senderId === undefined ? [] : [senderId]));
  const senders = await mapSenders(db, [...new Set(ids)]);
  return messages.map((message) => {
    const sender = senders.get(message.senderId ?? 0);
    return sender ? { ...message, sender } : message;
  });
}

/**
 * A page of a chat's messages, the ledger before MySQL: what is stored in between is in one of them.
 * @throws Problem application-…, chat-…, unavailable
 */
export async function findMessages(
  stores: Stores,
  address: ChatAddress,
  page: NumberPage,
): Promise<Message[]> {
  const waiting = await stores.pending.listMessages(address.token, address.chat, rangeOf(page));
  const found = await findMessagePage(stores.db, address, page);
  if (found) refuseGoneParents(address.chat, found.applicationState, found.chatState);
  else await getChat(stores, address);
  return withSenders(stores.db, mergeByNumber(waiting.map(messageOf), found?.messages ?? [], page));
}

/** Waits for the row of a record that is accepted but not in MySQL yet; `exists` throws when there is no such record. */
async function waitForRow<T>(
  stored: () => Promise<T | undefined>,
  exists: () => Promise<unknown>,
): Promise<T> {
  const end = performance.now() + rowWaitMs;
  for (let first = true; first || performance.now() < end; first = false) {
    const row = await stored();
    if (row) return row;
    if (first) await exists();
    await pause(rowPollMs);
  }
  throw problem("unavailable", "This record is accepted and not stored yet: try again in a moment.");
}

/** As getApplication, once it is in MySQL and settled. */
export async function getStoredApplication(stores: Stores, token: string): Promise<StoredApplication> {
  const stored = await waitForRow(
    () => findStoredApplication(stores.db, token),
    () => getApplication(stores, token),
  );
  await stores.pending.settle(token, { uid: token, parent: "applications", raises: "" });
  return stored;
}

/** As getChat, once it is in MySQL and settled. */
export async function getStoredChat(stores: Stores, address: ChatAddress): Promise<StoredChat> {
  if (address.chat === commonChat) {
    await insertCommonChat(stores.db, (await getStoredApplication(stores, address.token)).id);
  }
  const stored = await waitForRow(
    () => findStoredChat(stores.db, address),
    () => getChat(stores, address),
  );
  await stores.pending.settle(address.token, { uid: stored.uid, parent: address.token, raises: "chats" });
  return stored;
}

/**
 * Refuses a number that the chat has not given yet; a deleted or void one it has.
 * @throws Problem message-not-found, unavailable
 */
export async function requireGiven(
  { db, pending }: Stores,
  chatId: number,
  { token, chat, number }: MessageAddress,
): Promise<void> {
  const given = await readYourWrites(
    () => findPageEnd(db, chatId, { after: number - 1, limit: 1 }),
    async () =>
      (await pending.listMessages(token, chat, { lowest: number, order: "asc", limit: 1 }))[0]?.number,
  );
  if (given === undefined) throw noMessage(number);
}

/** The id of a message's chat, once the message is in MySQL and settled. */
export async function getStoredMessageChatId(stores: Stores, address: MessageAddress): Promise<number> {
  const { token, chat } = address;
  const { chatId, uid } = await waitForRow(
    async () => {
      const path = await findMessagePath(stores.db, address);
      const message = messageOn(address, path);
      return message && path?.chat && { chatId: path.chat.id, uid: message.uid };
    },
    () => getMessage(stores, address),
  );
  await stores.pending.settle(token, { uid, parent: chatKey(token, chat), raises: "messages" });
  return chatId;
}
