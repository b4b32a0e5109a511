/** Asking the index: which messages, in which order, how many, and how it takes a text apart. */
import type { Client, estypes } from "@elastic/elasticsearch";
import type { Logger } from "@parley/common/log";
import { createBreaker } from "./breaker.ts";
import { messageId, routingOf } from "./documents.ts";
import { queryOf, watermarkAggregations, type QueryParts } from "./query.ts";
import type { SortKey } from "./sort.ts";
import { allowedTypos, isWithin } from "./typos.ts";

/** After this time it answers with what it has found. */
const timeout = "500ms";
/** Then it is taken not to answer. */
const requestTimeoutMs = 1000;
const alikeAtMost = 50;

export type Question = QueryParts & {
  keys: readonly SortKey[];
  cursor?: readonly number[] | undefined;
  limit: number;
  /** Chats whose watermark is to be told, too. */
  watermarksOf: readonly number[];
};
export type Hit = { chatId: number; number: number; values: number[] };
/** `watermarks`: by chat, the change up to which all of it is in what was searched. */
export type Hits = { hits: Hit[]; watermarks: Map<number, number>; isComplete: boolean };
export type AlikeQuestion = {
  applicationId: number;
  words: readonly string[];
  watermarksOf: readonly number[];
};
/** `watermarks` as of `Hits`; none where the index was not asked. */
export type Alike = { alike: Map<string, string[]>; watermarks?: Map<number, number> };
export type Token = { token: string; position: number; start: number; end: number };
export type Analyzer = "words" | "query_words" | "plain_words" | "query_plain_words";

type WatermarkBuckets = { buckets: { key: number; watermark: { value: number | null } }[] };
type Aggregations = { all: { chats: { chat: WatermarkBuckets } } };

function toHit({ sort = [], fields }: estypes.SearchHit): Hit {
  const { chat, number } = fields as { chat: [number]; number: [number] };
  return { chatId: chat[0], number: number[0], values: sort.map(Number) };
}

function watermarksIn({ aggregations }: estypes.SearchResponse<unknown, Aggregations>): Map<number, number> {
  const buckets = aggregations?.all.chats.chat.buckets ?? [];
  return new Map(buckets.map(({ key, watermark }) => [key, watermark.value ?? 0]));
}

type Dependencies = { client: Client; index: string; log: Logger };

/** All of it throws IndexAway when there is no index, or none that answers. */
export function createAsk({ client, index, log }: Dependencies) {
  const { guard, stop } = createBreaker({
    probe: () => client.indices.existsAlias({ name: index }, { requestTimeout: requestTimeoutMs }),
    log,
  });
  const search = <A = unknown>(request: estypes.SearchRequest) =>
    guard(() => client.search<unknown, A>({ index, ...request }, { requestTimeout: requestTimeoutMs }));

  return {
    /** One request, so that hits and watermarks are of one moment. */
    async findHits({ place, limit, keys, cursor, watermarksOf, ...question }: Question): Promise<Hits> {
      const reply = await search<Aggregations>({
        routing: routingOf(place.applicationId),
        size: limit,
        track_total_hits: false,
        timeout,
        query: queryOf({ place, ...question }),
        // Nothing but numbers: no document has to be fetched for them.
        docvalue_fields: ["chat", "number"],
        stored_fields: "_none_",
        filter_path: ["timed_out", "hits.hits.fields", "hits.hits.sort", "aggregations"],
        sort: keys.map(({ field, order }) => ({ [field]: order })),
        ...(cursor && { search_after: [...cursor] }),
        ...watermarkAggregations(watermarksOf),
      });
      return {
        hits: (reply.hits?.hits ?? []).map(toHit),
        watermarks: watermarksIn(reply),
        isComplete: !reply.timed_out,
      };
    },

    /** How many there are, but for some. */
    async countHits(
      question: QueryParts,
      except: readonly { chatId: number; number: number }[],
    ): Promise<{ count: number; isComplete: boolean }> {
      const ids = except.map(({ chatId, number }) => messageId(chatId, number));
      const reply = await search({
        routing: routingOf(question.place.applicationId),
        size: 0,
        track_total_hits: true,
        timeout,
        query: { bool: { filter: [queryOf(question)], must_not: [{ ids: { values: ids } }] } },
      });
      const { total } = reply.hits;
      return {
        count: typeof total === "number" ? total : (total?.value ?? 0),
        isComplete: !reply.timed_out,
      };
    },

    /** For each word those that are alike in the index as far as its watermarks are, itself first. */
    async listAlike({ applicationId, words, watermarksOf }: AlikeQuestion): Promise<Alike> {
      const unsure = [...new Set(words)].filter((word) => allowedTypos(word) > 0);
      const alike = new Map(words.map((word) => [word, [word]]));
      if (unsure.length === 0) return { alike };
      const reply = await search<Aggregations>({
        routing: routingOf(applicationId),
        size: 0,
        timeout,
        suggest: Object.fromEntries(
          unsure.map((word, i) => [
            i,
            {
              text: word,
              term: {
                field: "words.plain",
                analyzer: "keyword",
                suggest_mode: "always",
                max_edits: allowedTypos(word),
                prefix_length: 0,
                size: alikeAtMost,
                shard_size: 4 * alikeAtMost,
                // However many messages have the word as it is.
                max_term_freq: 1_000_000_000,
              },
            },
          ]),
        ),
        ...watermarkAggregations(watermarksOf),
      });
      for (const [i, word] of unsure.entries()) {
        const options = reply.suggest?.[i]?.flatMap((entry) => entry.options) ?? [];
        const found = (options as { text: string }[]).map(({ text }) => text);
        alike.set(word, [word, ...found.filter((other) => isWithin(word, other, allowedTypos(word)))]);
      }
      return { alike, watermarks: watermarksIn(reply) };
    },

    /** The tokens of texts one after the other; positions and UTF-16 offsets go on from text to text. */
    async listTokens(analyzer: Analyzer, texts: readonly string[]): Promise<Token[]> {
      if (texts.length === 0) return [];
      const { tokens = [] } = await guard(() =>
        client.indices.analyze({ index, analyzer, text: [...texts] }, { requestTimeout: requestTimeoutMs }),
      );
      return tokens.map(({ token, position, start_offset, end_offset }) => ({
        token,
        position,
        start: start_offset,
        end: end_offset,
      }));
    },

    stop,
  };
}
