/** Elasticsearch: the index, writing to it, and asking it. */
import { Client, errors } from "@elastic/elasticsearch";
import type { Logger } from "@parley/common/log";
import type { StoredMessage } from "../queries/messages.ts";
import { createAsk } from "./ask.ts";
import {
  messageId,
  messageOperation,
  splitBulk,
  watermarkId,
  watermarkOperation,
  type IndexedChat,
  type Operation,
} from "./documents.ts";
import { mappings, settings } from "./mapping.ts";

const requestTimeoutMs = 1500;
const bulkTimeoutMs = 30_000;
/** Elasticsearch gives at most 10,000. */
const statesAtOnce = 5000;
export type SearchIndex = ReturnType<typeof connectSearch>;

/** No chat has this id. */
const filledId = "filled";
/** Another process was faster. */
function isAlreadyThere(err: unknown): boolean {
  return err instanceof errors.ResponseError && err.body?.error?.type === "resource_already_exists_exception";
}

/**
 * @param index an alias: what is written while it is missing fails, rather than making an index of its own
 */
export function connectSearch({ url, index, log }: { url: string; index: string; log: Logger }) {
  const client = new Client({ node: url, requestTimeout: requestTimeoutMs, maxRetries: 0 });
  const ask = createAsk({ client, index, log });

  /** Gives the reasons of what can never be written; throws when anything has to be tried again. */
  async function writeBulk(operations: readonly Operation[]): Promise<string[]> {
    const reply = await client.bulk(
      { index, operations: operations.flat(), require_alias: true },
      { requestTimeout: bulkTimeoutMs },
    );
    if (!reply.errors) return [];
    // 409: a newer state is there already.
    const failed = reply.items.flatMap(({ index: item }) =>
      item?.error && item.status !== 409 ? [item] : [],
    );
    const again = failed.find(({ status }) => status === 429 || status >= 500 || status === 404);
    if (again) throw new Error(`Elasticsearch wants it again: ${again.status} ${again.error?.reason ?? ""}`);
    return failed.map((item) => `${item._id}: ${item.error?.reason ?? "refused"}`);
  }

  return {
    ...ask,

    /** Makes the index if there is none. False until it was once filled from MySQL and marked so. */
    async ensureIndex(): Promise<boolean> {
      if (await client.indices.exists({ index })) return client.exists({ index, id: filledId });
      await client.indices
        .create(
          { index: `${index}-1`, aliases: { [index]: {} }, settings, mappings },
          { requestTimeout: bulkTimeoutMs },
        )
        .catch((err: unknown) => {
          if (!isAlreadyThere(err)) throw err;
        });
      return false;
    },

    async markFilled(): Promise<void> {
      await client.index({ index, id: filledId, document: { chat: 0, application: 0 }, require_alias: true });
    },

    /** Up to which change each chat has been written; 0 where nothing of it was. */
    async findWatermarks(chatIds: readonly number[]): Promise<Map<number, number>> {
      const reply = await client.search({
        index,
        size: chatIds.length,
        query: { ids: { values: chatIds.map(watermarkId) } },
        docvalue_fields: ["chat", "watermark"],
      });
      const found = reply.hits.hits.map(({ fields }) => {
        const { chat, watermark } = fields as { chat: [number]; watermark: [number] };
        return [chat[0], watermark[0]] as const;
      });
      return new Map([...chatIds.map((id) => [id, 0] as const), ...found]);
    },

    /**
     * Writes message states of chats, each chat's watermark after its states. All of an index with one shard is seen
     * by a search in the order in which it was written: who sees a watermark sees what is below it.
     * @returns states that can never be written, with the reason
     * @throws Error when anything has to be tried again
     */
    async indexMessages(
      chats: readonly { chat: IndexedChat; messages: readonly StoredMessage[]; through: number }[],
    ): Promise<string[]> {
      const operations = chats.flatMap(({ chat, messages, through }) => [
        ...messages.map((message) => messageOperation(chat, message)),
        watermarkOperation(chat, through),
      ]);
      const refused: string[] = [];
      for (const part of splitBulk(operations)) refused.push(...(await writeBulk(part)));
      return refused;
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
            size: statesAtOnce,
            track_total_hits: false,
            query: { bool: { filter: [{ term: { chat: chatId } }, { range: { number: range } }] } },
            version: true,
            sort: [{ number: "asc" }],
            ...(next && { search_after: next }),
          },
          { requestTimeout: bulkTimeoutMs },
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

    /** Forgets a chat for good. */
    async deleteChat(chatId: number): Promise<void> {
      await client.deleteByQuery(
        { index, query: { term: { chat: chatId } }, conflicts: "proceed" },
        { requestTimeout: bulkTimeoutMs },
      );
    },

    stop(): Promise<void> {
      ask.stop();
      return client.close();
    },
  };
}
