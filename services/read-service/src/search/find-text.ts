/**
 * Search in one chat: the index up to its watermark, and beyond it a scan of MySQL and the ledger by the same fold
 * (the tail scan). Without an index the tail scan is all.
 */
import { fold } from "@parley/common/fold";
import type { Logger } from "@parley/common/log";
import { getChat, type ChatAddress, type Stores } from "../find.ts";
import { mergeByNumber, rangeOf } from "../paging.ts";
import type { NumberPage, StoredChat } from "../queries/chats.ts";
import {
  listChangedMessages,
  listMessages,
  listMessagesByNumber,
  messageOf,
  type Message,
} from "../queries/messages.ts";
import type { Hits, SearchIndex } from "./connect.ts";
import { createTurns } from "../turns.ts";

/** Together they bound what a process holds in memory for searches: messages may have 64 KiB. */
const scanRows = 250;
const scansAtOnce = 8;
const scansWaiting = 64;
const scanLimitMs = 1500;
/** Beyond this many changes it costs less to scan the chat in order of number, page by page. */
const longestTail = 20_000;

/** `next`: where the next page begins, if there may be one. */
export type Found = { messages: Message[]; next?: number | undefined };
/** Matches in what was looked at: up to the number `reached`, or everything. */
type Part = { messages: Message[]; reached?: number | undefined };
type Dependencies = { stores: Stores; search: SearchIndex | undefined; log: Logger };
type Request = { address: ChatAddress; query: string; page: NumberPage };

const isMatch =
  (text: string) =>
  ({ content }: Message): boolean =>
    fold(content).includes(text);

/** Reads in order of number until enough is found or time is up. */
async function scan(
  list: (range: NumberPage) => Promise<Message[]>,
  text: string,
  page: NumberPage,
): Promise<Part> {
  const end = performance.now() + scanLimitMs;
  const messages: Message[] = [];
  let range = { ...page, limit: scanRows };
  for (;;) {
    const part = await list(range);
    const last = part.at(-1)?.number;
    messages.push(...part.filter(isMatch(text)));
    if (last === undefined || part.length < scanRows) return { messages };
    if (messages.length >= page.limit || performance.now() > end) return { messages, reached: last };
    range = page.order === "asc" ? { ...range, after: last } : { ...range, before: last };
  }
}

export function createFindText({ stores, search, log }: Dependencies) {
  const { db, pending } = stores;
  const inTurn = createTurns({
    atOnce: scansAtOnce,
    waiting: scansWaiting,
    refusal: "Too many searches are under way without the index.",
  });

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

  /** Matches among the states newer than the watermark, the first of the page; undefined when there are too many states. */
  async function findInTail(
    { id, lastChange }: StoredChat,
    { text, through, page }: { text: string; through: number; page: NumberPage },
  ): Promise<Message[] | undefined> {
    let found: Message[] = [];
    for (let after = through, looked = 0; after < lastChange;) {
      if (lastChange - through > longestTail || looked > longestTail) return undefined;
      const part = await listChangedMessages(db, id, { after, limit: scanRows });
      const onPage = part.filter(({ number }) => number > page.after && number < page.before);
      found = mergeByNumber(found, onPage.filter(isMatch(text)), page);
      looked += part.length;
      after = part.length < scanRows ? lastChange : (part.at(-1)?.changeNumber ?? lastChange);
    }
    return found;
  }

  /** What MySQL has: by index and tail, or by scan. */
  async function findStored(chat: StoredChat, text: string, page: NumberPage): Promise<Part> {
    const scanAll = (): Promise<Part> =>
      inTurn(() => scan((range) => listMessages(db, chat.id, range), text, page));
    const hits = await askIndex(chat, text, page);
    if (!hits) return scanAll();
    const { through, numbers } = hits;
    const inTail =
      through < chat.lastChange ? await inTurn(() => findInTail(chat, { text, through, page })) : [];
    if (!inTail) return scanAll();
    // Read again from MySQL and matched again: what the index says may be older than the row.
    const indexed = (await listMessagesByNumber(db, chat.id, numbers)).filter(isMatch(text));
    const reached = numbers.length === page.limit ? numbers.at(-1) : undefined;
    return { messages: mergeByNumber(inTail, indexed, { ...page, limit: Infinity }), reached };
  }

  /** What the ledger has. */
  function findPending({ token, chat }: ChatAddress, text: string, page: NumberPage): Promise<Part> {
    const list = async (range: NumberPage): Promise<Message[]> =>
      (await pending.listMessages(token, chat, rangeOf(range))).map(messageOf);
    return scan(list, text, page);
  }

  /** @throws Problem application-…, chat-…, unavailable, overloaded */
  return async ({ address, query, page }: Request): Promise<Found> => {
    const text = fold(query);
    const oneMore = { ...page, limit: page.limit + 1 };
    // The ledger before MySQL: what is stored in between is in one of them. Then the chat's row, which says how far
    // its changes go, before the index.
    const accepted = await findPending(address, text, oneMore);
    const chat = await getChat(stores, address);
    const stored = "id" in chat ? await findStored(chat, text, oneMore) : { messages: [] };
    const reached = nearest([accepted.reached, stored.reached], page.order);
    const merged = mergeByNumber(accepted.messages, stored.messages, { ...page, limit: Infinity }).filter(
      ({ number }) => reached === undefined || (page.order === "asc" ? number <= reached : number >= reached),
    );
    const messages = merged.slice(0, page.limit);
    return { messages, next: merged.length > page.limit ? messages.at(-1)?.number : reached };
  };
}

function nearest(numbers: (number | undefined)[], order: "asc" | "desc"): number | undefined {
  const given = numbers.filter((number) => number !== undefined);
  if (given.length === 0) return undefined;
  return order === "asc" ? Math.min(...given) : Math.max(...given);
}
