/**
 * The order of what is found, by values of the message alone: the index and the scan of MySQL sort alike, and a page
 * begins where the last one ended, whatever arrives meanwhile.
 */
import { fold } from "@parley/common/fold";
import { countCharacters } from "@parley/common/text";
import type { Candidate, Mode, Sort } from "./request.ts";

/** `score`: 1 for a fuzzy hit that has all words as they are written. */
export type Scored = Candidate & { score: 0 | 1 };
/** Named as the index's fields are. */
export type SortKey = {
  field: "_score" | "length" | "created" | "chat_number" | "number";
  order: "asc" | "desc";
};

type Search = { sort: Sort; mode: Mode; isWholeApplication: boolean };

export function sortKeysOf({ sort, mode, isWholeApplication }: Search): SortKey[] {
  const order = sort === "oldest" ? "asc" : "desc";
  const byAge: SortKey[] = isWholeApplication
    ? [
        { field: "created", order },
        { field: "chat_number", order },
        { field: "number", order },
      ]
    : [{ field: "number", order }];
  if (sort !== "relevance") return byAge;
  const byScore: SortKey[] = mode === "fuzzy" ? [{ field: "_score", order: "desc" }] : [];
  // What is looked for is the more of a message, the shorter that is.
  return [...byScore, { field: "length", order: "asc" }, ...byAge];
}

function valueOf(message: Scored, { field }: SortKey): number {
  switch (field) {
    case "_score":
      return message.score;
    case "length":
      return countCharacters(fold(message.content));
    case "created":
      return message.createdAt.getTime();
    case "chat_number":
      return message.chatNumber;
    case "number":
      return message.number;
  }
}

export const valuesOf = (keys: readonly SortKey[], message: Scored): number[] =>
  keys.map((key) => valueOf(message, key));

/** Negative when `a` comes first. */
export function compareValues(keys: readonly SortKey[], a: readonly number[], b: readonly number[]): number {
  for (const [i, { order }] of keys.entries()) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return order === "asc" ? difference : -difference;
  }
  return 0;
}
