/**
 * Search in a chat, or in all of an application: the index up to its watermarks, and what is beyond them in MySQL and the
 * ledger, matched alike (the tail scan). Without an index a scan is all.
 */
import { getApplication, withSenders, type Stores } from "../find.ts";
import { findUserId } from "../queries/senders.ts";
import { createTurns } from "@parley/common/turns";
import { IndexAway } from "./breaker.ts";
import { findByIndex, type Search as IndexSearch, type StoredPart } from "./by-index.ts";
import { collect, sortFound, type Part } from "./collect.ts";
import type { SearchIndex } from "./connect.ts";
import type { Highlight } from "./highlight.ts";
import { createMatcher, withoutIndex } from "./matcher.ts";
import {
  findStoredPlace,
  pendingPages,
  storedPages,
  type SearchAddress,
  type StoredPlace,
} from "./places.ts";
import { keyOf, type Candidate, type SearchRequest } from "./request.ts";
import { compareValues, sortKeysOf } from "./sort.ts";

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
type Search = IndexSearch & { address: SearchAddress };

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

  /** What MySQL has: by the index, or by a scan. */
  async function findStored(
    search: Search,
    place: StoredPlace,
    pending: ReadonlySet<string>,
  ): Promise<StoredPart> {
    const { request } = search;
    const where = { place, pending };
    const found = index && (await findByIndex(search, where, { db, index, inTurn }).catch(ignoreAway));
    if (found) return found;
    if (request.mode !== "contains") throw withoutIndex();
    const pages = without(storedPages(db, place, request), pending);
    const part = await inTurn(() => collect(pages, { ...search, isInOrder: isInOrder(search) }));
    return { ...part, ...(place.chat && { indexedThrough: 0 }) };
  }

  /** As what is stored knows the sender. */
  async function withSenderId({ token }: SearchAddress, request: SearchRequest): Promise<SearchRequest> {
    const { sender } = request.filters;
    if (!sender) return request;
    const id = await findUserId(db, token, sender.number);
    return { ...request, filters: { ...request.filters, sender: { ...sender, id } } };
  }

  async function find(address: SearchAddress, asked: SearchRequest): Promise<Answer> {
    const request = await withSenderId(address, asked);
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
    const messages = await withSenders(
      db,
      shown.map(({ message }) => message),
    );
    return {
      hits: messages.map((message) => ({ ...message, highlights: matcher.highlight(message) })),
      next: found.length > request.limit ? shown.at(-1)?.values : reached,
      isPartial: accepted.isPartial || stored.isPartial,
      indexedThrough: stored.indexedThrough,
      ...(request.isCounted && { count: accepted.count + stored.count }),
    };
  }

  return (address, request) =>
    find(address, request).catch((err: unknown) => {
      // What can do without the index has done without it.
      throw err instanceof IndexAway ? withoutIndex(err) : err;
    });
}

function ignoreAway(err: unknown): undefined {
  if (!(err instanceof IndexAway)) throw err;
}
