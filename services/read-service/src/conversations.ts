/** Conversations of two users: opening them, and what somebody has of all of them. */
import { inTransaction, isDuplicateKey } from "@parley/common/db";
import { noUser } from "@parley/common/path";
import { problem } from "@parley/common/problem";
import type { Knex } from "knex";
import { v4 as uuid } from "uuid";
import { withSenders, type Stores } from "./find.ts";
import { lockApplication } from "./queries/applications.ts";
import {
  findConversation,
  findPair,
  findPairState,
  insertConversation,
  listConversations,
  listNewestKeys,
  lockLiveUsers,
  mapMessages,
  type OwnConversation,
} from "./queries/conversations.ts";
import { messageOf, type Message } from "./queries/messages.ts";

type Pair = { from: number; to: number };
const pendingAtOnce = 100;
const pendingAtMost = 1000;
/** Some messages of one moment may be before the cursor. */
const sameMoment = 50;
/** A message of a conversation with `other`. */
export type DirectMessage = Message & { chat: number; other: OwnConversation["other"] };

/**
 * The fact that decides whether one may write to the other: see access.ts.
 * @throws Problem user-not-found, user-deleted
 */
export async function loadPair(db: Knex, token: string, pair: Pair): Promise<string> {
  const { from, to } = (await findPair(db, token, pair)) ?? {};
  if (!from || !to) throw noUser(pair.to);
  const chat = await findConversation(db, from.id, to.id);
  const state = await findPairState(db, from.id, to);
  if (chat === undefined && state === "open") return "";
  if (chat === undefined && state === "gone") throw problem("user-deleted", `User ${pair.to} was deleted.`);
  return `${chat ?? ""}:${state}`;
}

/**
 * The number of their chat, as chat-number.ts has it; the first of several that ask at once makes it.
 * @throws Problem user-not-found, user-deleted, application-deleted
 */
export async function openConversation(db: Knex, token: string, pair: Pair): Promise<number> {
  const { applicationId, from, to } = (await findPair(db, token, pair)) ?? {};
  if (applicationId === undefined || !from?.isLive || !to) throw noUser(pair.to);
  if (!to.isLive) throw problem("user-deleted", `User ${pair.to} was deleted.`);
  const open = () =>
    inTransaction(db, async (trx) => {
      const application = await lockApplication(trx, token);
      const isLive = application?.state === "live";
      if (!isLive) throw problem("application-deleted", "This application was deleted.");
      if (!(await lockLiveUsers(trx, [from.id, to.id]))) throw noUser(pair.to);
      const before = await findConversation(trx, from.id, to.id);
      return before ?? insertConversation(trx, { applicationId, one: from.id, other: to.id, uid: uuid() });
    });
  return open().catch((err: unknown) => {
    if (isDuplicateKey(err)) return open();
    throw err;
  });
}

type Placed = { chat: number; number: number; createdAt: Date };

/** Newest first. */
function compare(a: Placed, b: Placed): number {
  return b.createdAt.getTime() - a.createdAt.getTime() || a.chat - b.chat || b.number - a.number;
}

export type DirectCursor = { at: Date; chat: number; number: number };
type Owner = { token: string; user: number };
type Page = { after?: DirectCursor | undefined; limit: number };

const isBehind =
  (cursor: DirectCursor | undefined) =>
  (message: Placed): boolean =>
    !cursor || compare(message, { chat: cursor.chat, number: cursor.number, createdAt: cursor.at }) > 0;

/** The conversation that each key is of. */
type Key = { chat: number; number: number; createdAt: Date; of: OwnConversation };

/** What is on the way to MySQL, of each conversation the newest. */
async function listPending(
  { pending }: Stores,
  token: string,
  conversations: readonly OwnConversation[],
  limit: number,
): Promise<DirectMessage[]> {
  const found: DirectMessage[] = [];
  for (let i = 0; i < conversations.length; i += pendingAtOnce) {
    const lists = conversations.slice(i, i + pendingAtOnce).map(async ({ chat, other }) => {
      const records = await pending.listMessages(token, chat, { order: "desc", limit });
      return records.map((record) => ({ ...messageOf(record), chat, other }));
    });
    found.push(...(await Promise.all(lists)).flat());
  }
  return found;
}

/** The newest keys of each conversation, of those made until the cursor. */
async function listKeys(
  db: Knex,
  conversations: readonly OwnConversation[],
  { after, limit }: Page,
): Promise<Key[]> {
  const byId = new Map(conversations.map((one) => [one.chatId, one]));
  const keys = await listNewestKeys(db, [...byId.keys()], { before: after?.at, limit });
  return keys.flatMap(({ chatId, number, createdAt }) => {
    const of = byId.get(chatId);
    return of ? [{ chat: of.chat, number, createdAt, of }] : [];
  });
}

/** What is stored is read by its key. */
async function withContents(db: Knex, page: readonly (DirectMessage | Key)[]): Promise<DirectMessage[]> {
  const contents = await mapMessages(
    db,
    page.flatMap((one) => ("of" in one ? [{ chatId: one.of.chatId, number: one.number }] : [])),
  );
  const messages = page.flatMap((one): DirectMessage[] => {
    if (!("of" in one)) return [one];
    const stored = contents.get(`${one.of.chatId}:${one.number}`);
    return stored ? [{ ...stored, chat: one.chat, other: one.of.other }] : [];
  });
  return withSenders(db, messages);
}

/**
 * All that a user has written to others and got from them, newest first; the ledger before MySQL. A page has messages of no
 * more conversations than it has lines: of those whose newest message behind the cursor is newest.
 */
export async function listDirectMessages(
  stores: Stores,
  { token, user }: Owner,
  { after, limit }: Page,
): Promise<DirectMessage[]> {
  const { db } = stores;
  const conversations = await listConversations(db, token, user);
  const waiting = await listPending(stores, token, conversations, after ? pendingAtMost : limit);
  const newest = await listKeys(db, conversations, { after, limit: 1 + sameMoment });
  const best = [...new Set(newest.sort(compare).map((key) => key.of))].slice(0, limit);
  const keys = await listKeys(db, best, { after, limit: limit + sameMoment });
  const known = new Set(keys.map(({ chat, number }) => `${chat}:${number}`));
  const unstored = waiting.filter(({ chat, number }) => !known.has(`${chat}:${number}`));
  const page = [...unstored, ...keys].filter(isBehind(after)).sort(compare).slice(0, limit);
  return withContents(db, page);
}

/** A user's conversations that have a message, with the last one of each; newest first. */
export async function listOwnConversations(
  stores: Stores,
  { token, user }: Owner,
  { after, limit }: Page,
): Promise<DirectMessage[]> {
  const { db } = stores;
  const conversations = await listConversations(db, token, user);
  const waiting = await listPending(stores, token, conversations, 1);
  const stored = await listKeys(db, conversations, { limit: 1 });
  // What is in both is taken as MySQL has it.
  const byChat = Map.groupBy([...stored, ...waiting], ({ chat }) => chat);
  const last = [...byChat.values()].flatMap((ofChat) => ofChat.toSorted(compare).slice(0, 1));
  return withContents(db, last.sort(compare).filter(isBehind(after)).slice(0, limit));
}
