/** Decides which messages match, by what they are now, and where: whatever the index or a scan has come up with. */
import { fold } from "@parley/common/fold";
import { problem } from "@parley/common/problem";
import type { Condition } from "./query.ts";
import type { SearchIndex } from "./connect.ts";
import { findHighlights, type Highlight } from "./highlight.ts";
import type { Candidate, SearchRequest } from "./request.ts";
import type { Scored } from "./sort.ts";
import { createWordMatcher } from "./word-matcher.ts";

/** `watermarks`: the condition was made of what the index shows up to these, of the chats that were named. */
export type FoundCondition = { condition: Condition; watermarks?: ReadonlyMap<number, number> | undefined };
export type Matcher = {
  /** What the index is asked for. */
  findCondition: (watermarksOf: readonly number[]) => Promise<FoundCondition>;
  /** Those that match. */
  select: (candidates: readonly Candidate[]) => Promise<Scored[]>;
  /** Of one that was selected. */
  highlight: (found: Scored) => Highlight[];
  /** How many candidates beyond the index's hits it can look at in one search. */
  tailLimit: number;
};

/** Beyond this many changes it costs less to scan the chat in order of number, page by page. */
const longestTail = 20_000;

function createContainsMatcher(text: string): Matcher {
  const folded = fold(text);
  const matches = ({ content }: Candidate): boolean => fold(content).includes(folded);
  return {
    findCondition: () => Promise.resolve({ condition: { folded } }),
    select: (candidates) =>
      Promise.resolve(candidates.filter(matches).map((candidate) => ({ ...candidate, score: 0 }))),
    highlight: ({ content }) => findHighlights(content, folded),
    tailLimit: longestTail,
  };
}

/**
 * @throws Problem unavailable, for words and typing errors without an index
 * @throws Problem invalid, when there is no word in the text
 */
export async function createMatcher(
  { text, mode }: Pick<SearchRequest, "text" | "mode">,
  { search, applicationId }: { search: SearchIndex | undefined; applicationId: number },
): Promise<Matcher> {
  if (mode === "contains") return createContainsMatcher(text);
  if (!search) throw withoutIndex();
  return createWordMatcher({ text, mode, search, applicationId });
}

export const withoutIndex = (cause?: unknown) =>
  problem("unavailable", "Only the search index knows words and typing errors, and it does not answer.", {
    cause,
  });
