/** The index's hits as they are in MySQL now, with what changed beyond its watermarks. */
import type { Knex } from "knex";
import { listFoundMessages } from "../queries/found-messages.ts";
import { sortFound, toFound, type Part } from "./collect.ts";
import type { SearchIndex } from "./connect.ts";
import type { Matcher } from "./matcher.ts";
import type { StoredPlace } from "./places.ts";
import { keyOf, passes, type SearchRequest } from "./request.ts";
import type { SortKey } from "./sort.ts";
import { readTail, tailLength, type Tail } from "./tail.ts";

/** One search under way. */
export type Search = { request: SearchRequest; keys: SortKey[]; matcher: Matcher };
/** `indexedThrough`: of a chat. */
export type StoredPart = Part & { indexedThrough?: number };
type Dependencies = {
  db: Knex;
  index: SearchIndex;
  /** Bounds how many tails are read at once. */
  inTurn: <T>(act: () => Promise<T>) => Promise<T>;
};

type Watermarks = ReadonlyMap<number, number>;

const noTail: Tail = { states: [], isCut: false };

const lowest = (one: Watermarks, other: Watermarks): Watermarks =>
  new Map([...one].map(([id, through]) => [id, Math.min(through, other.get(id) ?? 0)]));

/**
 * Without the messages of `pending`. Undefined when it costs less to scan the chat.
 * @throws IndexAway
 */
export async function findByIndex(
  { request, keys, matcher }: Search,
  { place, pending }: { place: StoredPlace; pending: ReadonlySet<string> },
  { db, index, inTurn }: Dependencies,
): Promise<StoredPart | undefined> {
  const { filters, cursor, limit, isCounted, mode } = request;
  const { behind, chat } = place;
  const watermarksOf = behind.map(({ id }) => id);
  const { condition, watermarks: madeThrough } = await matcher.findCondition(watermarksOf);
  const question = { place, condition, filters };
  const asked = await index.findHits({ ...question, keys, cursor, limit, watermarksOf });
  const { hits, isComplete } = asked;
  const watermarks = madeThrough ? lowest(asked.watermarks, madeThrough) : asked.watermarks;

  const length = tailLength(behind, watermarks);
  if (chat && mode === "contains" && length > matcher.tailLimit) return undefined;
  const readChanged = () => readTail(db, behind, { watermarks, limit: matcher.tailLimit });
  const tail = length > 0 ? await inTurn(readChanged) : noTail;
  const rows = await listFoundMessages(db, hits, place);

  /** Of these the index may have another state, or none. */
  const beside = new Map(
    [...rows.filter(({ isRefused }) => isRefused), ...tail.states].map((one) => [keyOf(one), one] as const),
  );
  const candidates = new Map([...rows.map((one) => [keyOf(one), one] as const), ...beside]);
  const fits = passes(filters);
  const fitting = [...candidates.values()].filter((one) => fits(one) && !pending.has(keyOf(one)));
  const found = toFound(keys, await matcher.select(fitting));
  const counted = isCounted ? await index.countHits(question, [...beside.values()]) : undefined;
  return {
    found: sortFound(keys, found, cursor),
    reached: hits.length === limit ? hits.at(-1)?.values : undefined,
    isPartial: !isComplete || tail.isCut || place.isCut === true || counted?.isComplete === false,
    count: (counted?.count ?? 0) + found.filter(({ message }) => beside.has(keyOf(message))).length,
    ...(chat && { indexedThrough: watermarks.get(chat.id) ?? 0 }),
  };
}
