/** Words of a message, as the index takes a text apart: each word of the query is in it, or one that is alike. */
import { problem } from "@parley/common/problem";
import type { Analyzer, Token } from "./ask.ts";
import type { SearchIndex } from "./connect.ts";
import type { Highlight } from "./highlight.ts";
import type { Matcher } from "./matcher.ts";
import type { Candidate } from "./request.ts";
import type { Scored } from "./sort.ts";
import { allowedTypos, isWithin } from "./typos.ts";
import { highlightTokens, wordText } from "./word-text.ts";

/** Of texts that are analyzed in one request. */
const charactersTogether = 32_768;
const longestTail = 2000;

type Options = {
  text: string;
  mode: "words" | "fuzzy";
  search: Pick<SearchIndex, "listTokens" | "listAlike">;
  applicationId: number;
};
type Words = Pick<Matcher, "findCondition"> & {
  /** For each word of the query: which tokens of a message stand for it. */
  words: readonly ((token: string) => boolean)[];
  verbatim: readonly string[];
  analyzer: Analyzer;
};

/** In the order of the text; alternatives of one position together. */
function groupByPosition(tokens: readonly Token[]): string[][] {
  return [...Map.groupBy(tokens, ({ position }) => position).values()].map((group) =>
    group.map(({ token }) => token),
  );
}

async function readWords({ text, search }: Options): Promise<Words> {
  const groups = groupByPosition(await search.listTokens("query_words", [wordText(text)]));
  return {
    findCondition: () => Promise.resolve({ condition: { field: "words", groups } }),
    words: groups.map((tokens) => (token) => tokens.includes(token)),
    verbatim: [],
    analyzer: "words",
  };
}

async function readFuzzyWords({ text, search, applicationId }: Options): Promise<Words> {
  const tokens = await search.listTokens("query_plain_words", [wordText(text)]);
  const verbatim = tokens.map(({ token }) => token);
  return {
    async findCondition(watermarksOf) {
      const { alike, watermarks } = await search.listAlike({ applicationId, words: verbatim, watermarksOf });
      const groups = verbatim.map((word) => alike.get(word) ?? [word]);
      return { condition: { field: "words.plain", groups, verbatim }, watermarks };
    },
    words: verbatim.map((word) => (token) => isWithin(word, token, allowedTypos(word))),
    verbatim,
    analyzer: "plain_words",
  };
}

/** Texts in parts that are analyzed together. */
function splitTexts(texts: readonly string[]): string[][] {
  const parts: string[][] = [];
  let size = Infinity;
  for (const text of texts) {
    size += text.length;
    if (size <= charactersTogether) parts.at(-1)?.push(text);
    else {
      parts.push([text]);
      size = text.length;
    }
  }
  return parts;
}

/** The tokens of each text, with offsets in it. */
async function listTokensOfEach(
  search: Options["search"],
  analyzer: Analyzer,
  texts: readonly string[],
): Promise<Token[][]> {
  const found: Token[][] = [];
  for (const part of splitTexts(texts)) {
    const tokens = await search.listTokens(analyzer, part);
    let at = 0;
    let begin = 0;
    for (const { length } of part) {
      const own: Token[] = [];
      // The analyzer counts on from text to text, with one place in between.
      for (let token = tokens[at]; token && token.end <= begin + length; token = tokens[++at]) {
        own.push({ ...token, start: token.start - begin, end: token.end - begin });
      }
      found.push(own);
      begin += length + 1;
    }
  }
  return found;
}

/** @throws Problem invalid (422) when the text has no word */
export async function createWordMatcher(options: Options): Promise<Matcher> {
  const { search, mode } = options;
  const { findCondition, words, verbatim, analyzer } =
    mode === "words" ? await readWords(options) : await readFuzzyWords(options);
  if (words.length === 0) {
    throw problem("invalid", "There is no word to search for.", {
      errors: [{ pointer: "/q", detail: "has no word: mode=contains finds it" }],
    });
  }
  const highlights = new WeakMap<Candidate, Highlight[]>();

  function select(candidate: Candidate, tokens: readonly Token[]): Scored[] {
    const own = [...new Set(tokens.map(({ token }) => token))];
    const accepted = new Set<string>();
    for (const accepts of words) {
      const fitting = own.filter(accepts);
      if (fitting.length === 0) return [];
      for (const token of fitting) accepted.add(token);
    }
    const isVerbatim = verbatim.length > 0 && verbatim.every((word) => accepted.has(word));
    const scored: Scored = { ...candidate, score: isVerbatim ? 1 : 0 };
    const places = tokens.filter(({ token }) => accepted.has(token));
    highlights.set(scored, highlightTokens(candidate.content, places));
    return [scored];
  }

  return {
    findCondition,
    async select(candidates) {
      const texts = candidates.map(({ content }) => wordText(content));
      const tokens = await listTokensOfEach(search, analyzer, texts);
      return candidates.flatMap((candidate, i) => select(candidate, tokens[i] ?? []));
    },
    highlight: (found) => highlights.get(found) ?? [],
    tailLimit: longestTail,
  };
}
