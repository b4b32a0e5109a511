/** What one index has of each chat: how far it has come, and with which states. */
import type { Client } from "@elastic/elasticsearch";
import { messageId, watermarkId } from "./documents.ts";

/** Elasticsearch gives at most 10,000. */
const statesAtOnce = 5000;

/** `sum`: of the messages' checks. */
export type Check = { count: number; sum: number };
type CheckBuckets = { chat: { buckets: { key: number; doc_count: number; sum: { value: number } }[] } };

/** @param index a name or an alias */
export function createStates(client: Client, index: string, timeoutMs: number) {
  return {
    /** Up to which change each chat has been written; 0 where nothing of it was. */
    async findWatermarks(chatIds: readonly number[]): Promise<Map<number, number>> {
      const reply = await client.search(
        {
          index,
          allow_partial_search_results: false,
          size: chatIds.length,
          query: { ids: { values: chatIds.map(watermarkId) } },
          docvalue_fields: ["chat", "watermark"],
        },
        { requestTimeout: timeoutMs },
      );
      const found = reply.hits.hits.map(({ fields }) => {
        const { chat, watermark } = fields as { chat: [number]; watermark: [number] };
        return [chat[0], watermark[0]] as const;
      });
      return new Map([...chatIds.map((id) => [id, 0] as const), ...found]);
    },

    /** Numbers of a chat with the change that each is indexed as of, tombstones included. */
    async listStates({
      chatId,
      after,
      through,
    }: {
      chatId: number;
      after: number;
      through: number;
    }): Promise<{ number: number; changeNumber: number }[]> {
      const range = { gt: after, ...(through === Infinity ? {} : { lte: through }) };
      const states: { number: number; changeNumber: number }[] = [];
      for (let next: number[] | undefined; ;) {
        const reply = await client.search(
          {
            index,
            allow_partial_search_results: false,
            size: statesAtOnce,
            track_total_hits: false,
            query: { bool: { filter: [{ term: { chat: chatId } }, { range: { number: range } }] } },
            version: true,
            sort: [{ number: "asc" }],
            ...(next && { search_after: next }),
          },
          { requestTimeout: timeoutMs },
        );
        const { hits } = reply.hits;
        for (const hit of hits) {
          const number = Number(hit.sort?.[0]);
          // Under another id it would never be found and written again.
          if (hit._id === messageId(chatId, number)) states.push({ number, changeNumber: hit._version ?? 0 });
        }
        if (hits.length < statesAtOnce) return states;
        next = [Number(hits.at(-1)?.sort?.[0])];
      }
    },

    /** How many messages each chat has, tombstones included, and what their checks come to. */
    async sumChecks(chatIds: readonly number[]): Promise<Map<number, Check>> {
      const reply = await client.search<unknown, CheckBuckets>(
        {
          index,
          allow_partial_search_results: false,
          size: 0,
          track_total_hits: false,
          query: { bool: { filter: [{ terms: { chat: [...chatIds] } }, { exists: { field: "number" } }] } },
          aggs: {
            chat: {
              terms: { field: "chat", size: chatIds.length },
              aggs: { sum: { sum: { field: "check" } } },
            },
          },
        },
        { requestTimeout: timeoutMs },
      );
      const buckets = reply.aggregations?.chat.buckets ?? [];
      return new Map(buckets.map(({ key, doc_count, sum }) => [key, { count: doc_count, sum: sum.value }]));
    },
  };
}
