/**
 * Search in one chat: the index up to its watermark, and beyond it a scan of MySQL and the ledger by the same fold
 * (the tail scan). Without an index the tail scan is all.
 */
import { fold } from "@parley/common/fold";
import type { Logger } from "@parley/common/log";
import type { Stores } from "./find.ts";
import { rangeOf } from "./paging.ts";
import type { NumberPage, StoredChat, Chat } from "./queries/chats.ts";
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
/** Beyond this many changes it costs less to scan the chat in order of number, page by page. */
const longestTail = 20_000;

/** `next`: where the next page begins, if there may be one. */
export type Found = { messages: Message[]; next?: number | undefined };
type Dependencies = { stores: Stores; search: SearchIndex | undefined; log: Logger };
type Request = {
  address: { token: string; chat: number };
  chat: Chat | StoredChat;
  query: string;
  page: NumberPage;
};

const byNumber = (order: "asc" | "desc") => (a: Message, b: Message) =>
  order === "asc" ? a.number - b.number : b.number - a.number;

export function createFindText({ stores: { db, pending }, search, log }: Dependencies) {
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
    chatId: number,
    through: number,
    newest: number,
  ): Promise<StoredMessage[] | undefined> {
    if (newest - through > longestTail) return undefined;
    const tail: StoredMessage[] = [];
    let after = through;
    for (;;) {
      const part = await listChangedMessages(db, chatId, { after, limit: scanRows });
      tail.push(...part);
      if (part.length < scanRows || tail.length > longestTail) return tail;
      after = part.at(-1)?.changeNumber ?? after;
    }
  }

  /** Reads a chat in order until enough is found or time is up; `reached` is the last number looked at, if there is more. */
  async function scan(
    chatId: number,
    text: string,
    page: NumberPage,
  ): Promise<{ messages: Message[]; reached?: number | undefined }> {
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

  /** What MySQL has: by index and tail, or by scan. */
  async function findStored(
    chat: StoredChat,
    text: string,
    page: NumberPage,
  ): Promise<{ messages: Message[]; reached?: number | undefined }> {
    const hits = await askIndex(chat, text, page);
    const tail = hits && (await listTail(chat.id, hits.through, chat.lastChange));
    if (!hits || !tail) return scan(chat.id, text, page);
    const inTail = tail.filter(
      ({ state, number }) => state !== "deleted" && number > page.after && number < page.before,
    );
    const indexed = await listMessagesByNumber(db, chat.id, hits.numbers);
    const found = new Map([...inTail, ...indexed].map((message) => [message.number, message]));
    return {
      // Read again from MySQL and matched again: what the index says may be older than the row.
      messages: [...found.values()].filter(({ content }) => fold(content).includes(text)),
      reached: hits.numbers.length === page.limit ? hits.numbers.at(-1) : undefined,
    };
  }

  return async ({ address, chat, query, page }: Request): Promise<Found> => {
    const text = fold(query);
    const oneMore = { ...page, limit: page.limit + 1 };
    const waiting = await pending.listMessages(address.token, address.chat, {
      ...rangeOf(page),
      limit: longestTail,
    });
    const stored = "id" in chat ? await findStored(chat, text, oneMore) : { messages: [] };
    const accepted = waiting.map(messageOf).filter(({ content }) => fold(content).includes(text));
    const { reached } = stored;
    const isReached = ({ number }: Message): boolean =>
      reached === undefined || (page.order === "asc" ? number <= reached : number >= reached);
    const merged = [
      ...new Map([...accepted, ...stored.messages].map((message) => [message.number, message])).values(),
    ]
      .filter(isReached)
      .sort(byNumber(page.order));
    const messages = merged.slice(0, page.limit);
    return { messages, next: merged.length > page.limit ? messages.at(-1)?.number : reached };
  };
}
