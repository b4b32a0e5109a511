/** What the index is asked for, as Elasticsearch's queries: never a text that it would parse. */
import type { estypes } from "@elastic/elasticsearch";
import type { Caller } from "@parley/common/callers";
import { countCharacters } from "@parley/common/text";
import { watermarkId } from "./documents.ts";
import type { Filters } from "./request.ts";

/** What a message has to have: a part, or of each group of words one. `verbatim` words make a hit score. */
export type Condition =
  | { folded: string }
  | { field: "words" | "words.plain"; groups: readonly (readonly string[])[]; verbatim?: readonly string[] };
/**
 * Where it is looked for: in one chat, or in all that the caller may read, among them the private ones that are named.
 * Chats that are deleted and not purged yet are still in the index.
 */
export type Place = {
  applicationId: number;
  chatId?: number | undefined;
  caller: Caller;
  privateChatIds?: readonly number[];
  deletedChatIds?: readonly number[];
};
/** Which messages. */
export type QueryParts = { place: Place; condition: Condition; filters: Filters };

type Query = estypes.QueryDslQueryContainer;

/** The query's length in code points chooses the field. */
function contains(folded: string): Query {
  const length = countCharacters(folded);
  if (length === 1) return { term: { text: folded } };
  return { match_phrase: { [length === 2 ? "text.gram2" : "text.gram3"]: folded } };
}

function conditionQueries(condition: Condition): { filter: Query[]; should: Query[] } {
  if ("folded" in condition) return { filter: [contains(condition.folded)], should: [] };
  const { field, groups, verbatim } = condition;
  const filter = groups.map((group) => ({ terms: { [field]: [...group] } }));
  if (!verbatim) return { filter, should: [] };
  const all = verbatim.map((word) => ({ term: { [field]: word } }));
  return { filter, should: [{ constant_score: { filter: { bool: { filter: all } }, boost: 1 } }] };
}

function filterQueries({ sender, after, before, createdAfter, createdBefore }: Filters): Query[] {
  const queries: Query[] = [{ range: { number: { gt: after, lt: before } } }];
  if (createdAfter !== undefined) queries.push({ range: { created: { gt: createdAfter } } });
  if (createdBefore !== undefined) queries.push({ range: { created: { lt: createdBefore } } });
  // No user has the id 0.
  if (sender) queries.push({ term: { sender: sender.id ?? 0 } });
  return queries;
}

function readable({ caller, privateChatIds = [] }: Place): Query {
  if (caller.kind === "server") return { terms: { audience: ["open", "members"] } };
  const open = { term: { audience: "open" } };
  if (privateChatIds.length === 0) return open;
  return { bool: { should: [open, { terms: { chat: [...privateChatIds] } }] } };
}

export function queryOf({ place, condition, filters }: QueryParts): Query {
  const { filter, should } = conditionQueries(condition);
  const { applicationId, chatId, deletedChatIds = [] } = place;
  const scope =
    chatId === undefined
      ? [{ term: { application: applicationId } }, readable(place)]
      : [{ term: { chat: chatId } }];
  return {
    bool: {
      filter: [...scope, ...filterQueries(filters), ...filter],
      should,
      must_not: deletedChatIds.length > 0 ? [{ terms: { chat: [...deletedChatIds] } }] : [],
    },
  };
}

/** The watermarks of chats, next to hits that their documents are not among. */
export function watermarkAggregations(chatIds: readonly number[]): Pick<estypes.SearchRequest, "aggs"> {
  if (chatIds.length === 0) return {};
  const watermark = { max: { field: "watermark" } };
  const chat = { terms: { field: "chat", size: chatIds.length }, aggs: { watermark } };
  const chats = { filter: { ids: { values: chatIds.map(watermarkId) } }, aggs: { chat } };
  return { aggs: { all: { global: {}, aggs: { chats } } } };
}
