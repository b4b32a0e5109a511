/**
 * Search in one chat: the index up to its watermark, and beyond it a scan of MySQL and the ledger by the same fold
 * (the tail scan). Without an index the tail scan is all.
 */
import { fold } from "@parley/common/fold";
import type { Logger } from "@parley/common/log";
import { problem } from "@parley/common/problem";
import { getChat, type ChatAddress, type Stores } from "./find.ts";
import { mergeByNumber, rangeOf } from "./paging.ts";
import type { NumberPage, StoredChat } from "./queries/chats.ts";
import {
  listChangedMessages,
  listMessages,
  listMessagesByNumber,
  messageOf,
  type Message,
  type StoredMessage,
} from "./queries/messages.ts";
import type { Hits, SearchIndex } from "./search.ts";

const scanRows = 1000;
const scanLimitMs = 1500;
/** A scan is costly: beyond this many at once, searching waits for better times. */
const scansAtOnce = 8;
/** Beyond this many changes it costs less to scan the chat in order of number, page by page. */
const longestTail = 20_000;

/** `next`: where the next page begins, if there may be one. */
export type Found = { messages: Message[]; next?: number | undefined };
/** Matches in what was looked at: up to the number `reached`, or everything. */
type Part = { messages: Message[]; reached?: number | undefined };
type Dependencies = { stores: Stores; search: SearchIndex | undefined; log: Logger };
type Request = { address: ChatAddress; query: string; page: NumberPage };

export function createFindText({ stores, search, log }: Dependencies) {
  const { db, pending } = stores;
  let scans = 0;

  /** The index's answer, or undefined when it has none now. */
  async function askIndex(chat: StoredChat, text: string, page: NumberPage): Promise<Hits | undefined> {
    try {
      const hits = await search?.searchMessages({ ...page, chatId: chat.id, text });
      return hits?.complete ? hits : undefined;
    } catch (err) {
      log.warn({ err }, "search index did not answer, scanning");
      return undefined;
    }
  }

  /** States newer than the watermark; undefined when there are too many. */
  async function listTail(
    { id, lastChange }: StoredChat,
    through: number,
  ): Promise<StoredMessage[] | undefined> {
    const tail: StoredMessage[] = [];
    for (let after = through; after < lastChange;) {
      if (lastChange - through > longestTail || tail.length > longestTail) return undefined;
      const part = await listChangedMessages(db, id, { after, limit: scanRows });
      tail.push(...part);
      after = part.length < scanRows ? lastChange : (part.at(-1)?.changeNumber ?? lastChange);
    }
    return tail;
  }

  /** Reads a chat in order until enough is found or time is up. */
  async function scan(chatId: number, text: string, page: NumberPage): Promise<Part> {
    const end = Date.now() + scanLimitMs;
    const messages: Message[] = [];
    let range = { ...page, limit: scanRows };
    for (;;) {
      const part = await listMessages(db, chatId, range);
      const last = part.at(-1)?.number;
      messages.push(...part.filter(({ content }) => fold(content).includes(text)));
      if (last === undefined || part.length < scanRows) return { messages };
      if (messages.length >= page.limit || Date.now() > end) return { messages, reached: last };
      range = page.order === "asc" ? { ...range, after: last } : { ...range, before: last };
    }
  }

  async function scanInTurn(chatId: number, text: string, page: NumberPage): Promise<Part> {
    if (scans >= scansAtOnce) {
      throw problem("overloaded", "Too many searches are under way without the index.");
    }
    scans += 1;
    try {
      return await scan(chatId, text, page);
    } finally {
      scans -= 1;
    }
  }

  /** What MySQL has: by index and tail, or by scan. */
  async function findStored(chat: StoredChat, text: string, page: NumberPage): Promise<Part> {
    const hits = await askIndex(chat, text, page);
    const tail = hits && (await listTail(chat, hits.through));
    if (!hits || !tail) return scanInTurn(chat.id, text, page);
    const inTail = tail.filter(({ number }) => number > page.after && number < page.before);
    const indexed = await listMessagesByNumber(db, chat.id, hits.numbers);
    return {
      // Read again from MySQL and matched again: what the index says may be older than the row.
      messages: [...inTail, ...indexed].filter(({ content }) => fold(content).includes(text)),
      reached: hits.numbers.length === page.limit ? hits.numbers.at(-1) : undefined,
    };
  }

  /** What the ledger has. */
  async function findPending({ token, chat }: ChatAddress, text: string, page: NumberPage): Promise<Part> {
    const range = { ...rangeOf(page), limit: longestTail };
    const records = await pending.listMessages(token, chat, range);
    return {
      messages: records.map(messageOf).filter(({ content }) => fold(content).includes(text)),
      reached: records.length === longestTail ? records.at(-1)?.number : undefined,
    };
  }

  /** @throws Problem application-…, chat-…, unavailable, overloaded */
  return async ({ address, query, page }: Request): Promise<Found> => {
    const text = fold(query);
    const oneMore = { ...page, limit: page.limit + 1 };
    // The ledger before MySQL: what is stored in between is in one of them. Then the chat's row, which says how far
    // its changes go, before the index.
    const accepted = await findPending(address, text, page);
    const chat = await getChat(stores, address);
    const stored = "id" in chat ? await findStored(chat, text, oneMore) : { messages: [] };
    const merged = [accepted, stored].reduce<Message[]>(
      (messages, { reached }) => messages.filter(({ number }) => !isBeyond(number, reached, page.order)),
      mergeByNumber(accepted.messages, stored.messages, { ...page, limit: Infinity }),
    );
    const messages = merged.slice(0, page.limit);
    if (merged.length > page.limit) return { messages, next: messages.at(-1)?.number };
    return { messages, next: nearest([accepted.reached, stored.reached], page.order) };
  };
}

function isBeyond(number: number, reached: number | undefined, order: "asc" | "desc"): boolean {
  return reached !== undefined && (order === "asc" ? number > reached : number < reached);
}

function nearest(numbers: (number | undefined)[], order: "asc" | "desc"): number | undefined {
  const given = numbers.filter((number) => number !== undefined);
  if (given.length === 0) return undefined;
  return order === "asc" ? Math.min(...given) : Math.max(...given);
}
