/** Looks through messages page by page for those that match, until enough is found, everything was seen, or time is up. */
import type { Matcher } from "./matcher.ts";
import { passes, type Candidate, type SearchRequest } from "./request.ts";
import { compareValues, valuesOf, type Scored, type SortKey } from "./sort.ts";

const limitMs = 1500;

/** A match with the values by which it is sorted. */
export type Found = { message: Scored; values: readonly number[] };
/**
 * Matches in what was looked at: in order up to `reached`, or all of it. `isPartial`: time was up. `count`: of all
 * matches, also those before the cursor.
 */
export type Part = {
  found: Found[];
  reached?: readonly number[] | undefined;
  isPartial: boolean;
  count: number;
};

export function toFound(keys: readonly SortKey[], messages: readonly Scored[]): Found[] {
  return messages.map((message) => ({ message, values: valuesOf(keys, message) }));
}

/** In order, from behind the cursor. */
export function sortFound(
  keys: readonly SortKey[],
  found: readonly Found[],
  cursor: readonly number[] | undefined,
): Found[] {
  return found
    .filter(({ values }) => !cursor || compareValues(keys, values, cursor) > 0)
    .sort((a, b) => compareValues(keys, a.values, b.values));
}

type Options = {
  matcher: Pick<Matcher, "select">;
  keys: readonly SortKey[];
  request: SearchRequest;
  /** The pages come in the order of the search, from behind the cursor: it may end when enough is found. */
  isInOrder: boolean;
};

export async function collect(
  pages: AsyncIterable<Candidate[]>,
  { matcher, keys, request, isInOrder }: Options,
): Promise<Part> {
  const { filters, cursor, limit } = request;
  const end = performance.now() + limitMs;
  const fits = passes(filters);
  let found: Found[] = [];
  let count = 0;
  let last: Candidate | undefined;
  for await (const page of pages) {
    const matching = toFound(keys, await matcher.select(page.filter(fits)));
    count += matching.length;
    found = sortFound(keys, [...found, ...matching], cursor);
    if (!isInOrder) found.length = Math.min(found.length, limit);
    last = page.at(-1) ?? last;
    const isLate = performance.now() > end;
    if (!isLate && !(isInOrder && found.length >= limit)) continue;
    const reached = isInOrder && last ? valuesOf(keys, { ...last, score: 0 }) : undefined;
    return { found, reached, isPartial: isLate, count };
  }
  return { found, isPartial: false, count };
}
