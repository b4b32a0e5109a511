/**
 * Search in a chat, or in all of an application: the index up to its watermarks, and what is beyond them in MySQL and the
 * ledger, matched alike (the tail scan). Without an index a scan is all.
 */
import { getApplication, type Stores } from "../find.ts";
import { listFoundMessages, listRefusedMessages } from "../queries/found-messages.ts";
import { createTurns } from "../turns.ts";
import { IndexAway } from "./breaker.ts";
import { collect, sortFound, toFound, type Part } from "./collect.ts";
import type { SearchIndex } from "./connect.ts";
import type { Highlight } from "./highlight.ts";
import { createMatcher, withoutIndex, type Matcher } from "./matcher.ts";
import {
  findStoredPlace,
  pendingPages,
  readTail,
  storedPages,
  tailLength,
  type SearchAddress,
  type StoredPlace,
  type Tail,
} from "./places.ts";
import { keyOf, passes, type Candidate, type SearchRequest } from "./request.ts";
import { compareValues, sortKeysOf, type SortKey } from "./sort.ts";

/** Together they bound what a process holds in memory for searches: messages may have 64 KiB. */
const scansAtOnce = 8;
const scansWaiting = 64;
/** Of those that wait to be stored, when all are to be counted. */
const countedPending = 5000;

export type Hit = Candidate & { highlights: Highlight[] };
/** `next`: the cursor of the next page, if there may be one. `indexedThrough`: of a chat. */
export type Answer = {
  hits: Hit[];
  next?: readonly number[] | undefined;
  isPartial: boolean;
  indexedThrough?: number | undefined;
  count?: number | undefined;
};
export type FindText = (address: SearchAddress, request: SearchRequest) => Promise<Answer>;
type Dependencies = { stores: Stores; search: SearchIndex | undefined };
/** One search under way. */
type Search = { address: SearchAddress; request: SearchRequest; keys: SortKey[]; matcher: Matcher };
type StoredPart = Part & { indexedThrough?: number };

const nothingChanged: Tail = { states: [], isCut: false };
const nothing: StoredPart = { found: [], isPartial: false, count: 0 };

/** Pages of a chat come in the order of a search by number; counting looks at all of them. */
const isInOrder = ({ address, request: { sort, isCounted } }: Search): boolean =>
  address.chat !== undefined && sort !== "relevance" && !isCounted;

async function* without(
  pages: AsyncIterable<Candidate[]>,
  keys: ReadonlySet<string>,
): AsyncGenerator<Candidate[]> {
  for await (const page of pages) yield page.filter((candidate) => !keys.has(keyOf(candidate)));
}

/** @throws Problem application-…, chat-…, invalid, unavailable, overloaded; all of them from what it returns */
export function createFindText({ stores, search: index }: Dependencies): FindText {
  const { db } = stores;
  const inTurn = createTurns({
    atOnce: scansAtOnce,
    waiting: scansWaiting,
    refusal: "Too many searches are under way without the index.",
  });

  async function prepare(address: SearchAddress, request: SearchRequest): Promise<Search> {
    const { mode, sort } = request;
    const keys = sortKeysOf({ sort, mode, isWholeApplication: address.chat === undefined });
    // Words are looked up in the application's part of the index.
    const application = mode === "contains" ? {} : await getApplication(stores, address.token);
    const applicationId = "id" in application ? Number(application.id) : 0;
    const matcher = await createMatcher(request, { search: index, applicationId });
    return { address, request, keys, matcher };
  }

  /** What the ledger has and MySQL has not. */
  function findPending(search: Search): Promise<Part> {
    const { address, request } = search;
    const counted = { ...request, cursor: undefined, limit: countedPending };
    return collect(pendingPages(stores, address, request), {
      ...search,
      request: request.isCounted ? counted : request,
      isInOrder: isInOrder(search),
    });
  }

  /** The index's hits as they are now, with what changed beyond its watermarks. */
  async function askIndex(
    { request, keys, matcher }: Search,
    {
      place,
      pending,
      index: asked,
    }: { place: StoredPlace; pending: ReadonlySet<string>; index: SearchIndex },
  ): Promise<StoredPart | undefined> {
    const { filters, cursor, limit, isCounted, mode } = request;
    const { behind, chat } = place;
    const question = { place, condition: matcher.condition, filters };
    const watermarksOf = behind.map(({ id }) => id);
    const { hits, watermarks, isComplete } = await asked.findHits({
      ...question,
      keys,
      cursor,
      limit,
      watermarksOf,
    });
    const length = tailLength(behind, watermarks);
    // Then it costs less to scan the chat page by page.
    if (chat && mode === "contains" && length > matcher.tailLimit) return undefined;
    const readChanged = () => readTail(db, behind, { watermarks, limit: matcher.tailLimit });
    const { states, isCut } = length > 0 ? await inTurn(readChanged) : nothingChanged;
    const [rows, refused] = await Promise.all([listFoundMessages(db, hits), listRefusedMessages(db, place)]);
    /** Of these the index may have another state, or none. */
    const beside = new Map([...refused, ...states].map((one) => [keyOf(one), one]));
    const candidates = new Map([...rows.map((one) => [keyOf(one), one] as const), ...beside]);
    const fitting = [...candidates.values()]
      .filter(passes(filters))
      .filter((candidate) => !pending.has(keyOf(candidate)));
    const found = toFound(keys, await matcher.select(fitting));
    const counted = isCounted ? await asked.countHits(question, [...beside.values()]) : undefined;
    return {
      found: sortFound(keys, found, cursor),
      reached: hits.length === limit ? hits.at(-1)?.values : undefined,
      isPartial: !isComplete || isCut || counted?.isComplete === false,
      count: (counted?.count ?? 0) + found.filter(({ message }) => beside.has(keyOf(message))).length,
      ...(chat && { indexedThrough: watermarks.get(chat.id) ?? 0 }),
    };
  }

  /** What MySQL has: by the index, or by a scan. */
  async function findStored(
    search: Search,
    place: StoredPlace,
    pending: ReadonlySet<string>,
  ): Promise<StoredPart> {
    const { request } = search;
    const found = index && (await askIndex(search, { place, pending, index }).catch(ignoreAway));
    if (found) return found;
    if (request.mode !== "contains") throw withoutIndex();
    const pages = without(storedPages(db, place, request), pending);
    const part = await inTurn(() => collect(pages, { ...search, isInOrder: isInOrder(search) }));
    return { ...part, ...(place.chat && { indexedThrough: 0 }) };
  }

  return async (address, request) => {
    // One more than is shown tells whether there is more.
    const search = await prepare(address, { ...request, limit: request.limit + 1 });
    const { keys, matcher } = search;
    // The ledger before MySQL: what is stored in between is in one of them. How far chats have come before the index.
    const accepted = await findPending(search);
    const place = await findStoredPlace(stores, address);
    const pending = new Set(accepted.found.map(({ message }) => keyOf(message)));
    const stored = place ? await findStored(search, place, pending) : nothing;
    const reached = [accepted.reached, stored.reached]
      .filter((values) => values !== undefined)
      .sort((a, b) => compareValues(keys, a, b))[0];
    const found = sortFound(keys, [...accepted.found, ...stored.found], request.cursor).filter(
      ({ values }) => !reached || compareValues(keys, values, reached) <= 0,
    );
    const shown = found.slice(0, request.limit);
    return {
      hits: shown.map(({ message }) => ({ ...message, highlights: matcher.highlight(message) })),
      next: found.length > request.limit ? shown.at(-1)?.values : reached,
      isPartial: accepted.isPartial || stored.isPartial,
      indexedThrough: stored.indexedThrough,
      ...(request.isCounted && { count: accepted.count + stored.count }),
    };
  };
}

function ignoreAway(err: unknown): undefined {
  if (!(err instanceof IndexAway)) throw err;
}
