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
  listNewest,
  type OwnConversation,
} from "./queries/conversations.ts";
import { messageOf, type Message } from "./queries/messages.ts";

type Pair = { from: number; to: number };
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
      const before = await findConversation(trx, from.id, to.id);
      return before ?? insertConversation(trx, { applicationId, one: from.id, other: to.id, uid: uuid() });
    });
  return open().catch((err: unknown) => {
    if (isDuplicateKey(err)) return open();
    throw err;
  });
}

/** Newest first. */
function compare(a: DirectMessage, b: DirectMessage): number {
  return b.createdAt.getTime() - a.createdAt.getTime() || a.chat - b.chat || b.number - a.number;
}

export type DirectCursor = { at: Date; chat: number; number: number };
type Page = { after?: DirectCursor | undefined; limit: number };

const isBehind =
  (cursor: DirectCursor | undefined) =>
  (message: DirectMessage): boolean =>
    !cursor ||
    compare(message, { ...message, createdAt: cursor.at, chat: cursor.chat, number: cursor.number }) > 0;

/** The newest messages of each conversation, stored or on the way; the ledger before MySQL. */
async function listAll(
  { db, pending }: Stores,
  token: string,
  conversations: readonly OwnConversation[],
  { before, limit }: { before?: Date | undefined; limit: number },
): Promise<DirectMessage[]> {
  const waiting = await Promise.all(
    conversations.map(async ({ chat, other }) => {
      const records = await pending.listMessages(token, chat, { order: "desc", limit });
      return records.map((record) => ({ ...messageOf(record), chat, other }));
    }),
  );
  const byId = new Map(conversations.map((one) => [one.chatId, one]));
  const stored = await listNewest(db, [...byId.keys()], { before, limit });
  const placed = stored.flatMap(({ chatId, ...message }) => {
    const conversation = byId.get(chatId);
    return conversation ? [{ ...message, chat: conversation.chat, other: conversation.other }] : [];
  });
  const byKey = new Map([...waiting.flat(), ...placed].map((one) => [`${one.chat}:${one.number}`, one]));
  return [...byKey.values()];
}

/** All that a user has written to others and got from them, newest first. */
export async function listDirectMessages(
  stores: Stores,
  { token, user }: { token: string; user: number },
  { after, limit }: Page,
): Promise<DirectMessage[]> {
  const conversations = await listConversations(stores.db, token, user);
  const all = await listAll(stores, token, conversations, { before: after?.at, limit: limit + 1 });
  return withSenders(stores.db, all.filter(isBehind(after)).sort(compare).slice(0, limit));
}

/** A user's conversations that have a message, with the last one of each; newest first. */
export async function listOwnConversations(
  stores: Stores,
  { token, user }: { token: string; user: number },
  { after, limit }: Page,
): Promise<DirectMessage[]> {
  const conversations = await listConversations(stores.db, token, user);
  const newest = await listAll(stores, token, conversations, { limit: 1 });
  const lastOf = Map.groupBy(newest.sort(compare), ({ chat }) => chat);
  const lines = [...lastOf.values()].flatMap(([last]) => (last ? [last] : []));
  return withSenders(stores.db, lines.filter(isBehind(after)).slice(0, limit));
}
