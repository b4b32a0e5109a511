/** Writing to one index: what can never be written is told, the rest is tried again. */
import { setTimeout as pause } from "node:timers/promises";
import { errors, type Client, type estypes } from "@elastic/elasticsearch";
import type { Logger } from "@parley/common/log";
import type { StoredMessage } from "../queries/messages.ts";
import type { Refusal } from "../queries/search-refusals.ts";
import {
  messageOperation,
  splitBulk,
  watermarkOperation,
  writeAliasOf,
  type IndexedChat,
  type Operation,
} from "./documents.ts";

const bulkTimeoutMs = 30_000;
/** Longer than any refresh interval. */
const visibleTimeoutMs = 300_000;
const attempts = 6;
const firstPauseMs = 100;

/** `through`: how far the chat has come with these. */
export type ChangedChat = { chat: IndexedChat; messages: readonly StoredMessage[]; through: number };

type Failed = { operation: Operation; status: number; error: estypes.ErrorCause };

/** What quotes and brackets hold may be the text itself. */
function describeError({ type, reason }: estypes.ErrorCause): string {
  const safe = (reason ?? "")
    .replace(/\[.*\]/gs, "[…]")
    .replace(/'.*'/gs, "'…'")
    .replace(/".*"/gs, '"…"');
  return `${type}: ${safe}`.slice(0, 1000);
}

/** There is too much to do, or something is not there now. */
const isPassing = ({ status }: Failed): boolean => status === 429 || status >= 500 || status === 404;

/** The reason is without what a person wrote. */
function toRefusal({ operation: [action, document], error }: Failed): Refusal {
  return {
    chatId: document.chat,
    number: document.number ?? 0,
    changeNumber: action.index.version,
    reason: describeError(error),
  };
}

type Dependencies = { client: Client; log: Logger };

export function createWriter(name: string, { client, log }: Dependencies) {
  type Refresh = { refresh?: "wait_for"; timeoutMs?: number };

  async function writeOnce(
    operations: readonly Operation[],
    { refresh, timeoutMs = bulkTimeoutMs }: Refresh,
  ): Promise<Failed[]> {
    const bulk = {
      // Never an index that would be made by this, when the one that is meant is lost.
      index: writeAliasOf(name),
      require_alias: true,
      operations: operations.flat(),
      ...(refresh && { refresh }),
    };
    let reply: estypes.BulkResponse;
    try {
      reply = await client.bulk(bulk, { requestTimeout: timeoutMs });
    } catch (err) {
      // Refused as a whole is as good as each of it refused.
      if (!(err instanceof errors.ResponseError) || err.statusCode !== 429) throw err;
      const error = { type: err.name, reason: err.message };
      return operations.map((operation) => ({ operation, status: 429, error }));
    }
    if (!reply.errors) return [];
    return reply.items.flatMap(({ index: item }, i) => {
      const operation = operations[i];
      // 409: a newer state is there already.
      if (!item?.error || !operation || item.status === 409) return [];
      return [{ operation, status: item.status, error: item.error }];
    });
  }

  /** Gives what can never be written; throws when something still cannot after some attempts. */
  async function write(operations: readonly Operation[], how: Refresh = {}): Promise<Refusal[]> {
    const refusals: Refusal[] = [];
    for (const part of splitBulk(operations)) {
      let rest: readonly Operation[] = part;
      for (let attempt = 0; rest.length > 0; attempt += 1) {
        const failed = await writeOnce(rest, how);
        refusals.push(...failed.filter((one) => !isPassing(one)).map(toRefusal));
        const passing = failed.filter(isPassing);
        rest = passing.map(({ operation }) => operation);
        const [first] = passing;
        if (!first) continue;
        const reason = describeError(first.error);
        if (attempt === attempts) {
          throw new Error(`the index does not take ${rest.length} documents: ${reason}`);
        }
        log.warn({ documents: rest.length, reason }, "the index does not take documents now, trying again");
        await pause(firstPauseMs * 2 ** attempt * (0.5 + Math.random()));
      }
    }
    return refusals;
  }

  return {
    name,

    /** Writes message states. */
    writeStates: (chats: readonly ChangedChat[]): Promise<Refusal[]> =>
      write(chats.flatMap(({ chat, messages }) => messages.map((one) => messageOperation(chat, one)))),

    /**
     * Writes how far chats have come, behind the states that it covers: a shard shows what is written in the order in
     * which it was. With `visible` it waits until every copy shows it.
     */
    async writeWatermarks(
      chats: readonly { chat: IndexedChat; through: number }[],
      { visible = false }: { visible?: boolean } = {},
    ): Promise<void> {
      const operations = chats.map(({ chat, through }) => watermarkOperation(chat, through));
      const how = visible ? { refresh: "wait_for" as const, timeoutMs: visibleTimeoutMs } : {};
      const [refused] = await write(operations, how);
      if (refused) throw new Error(`the index does not take a watermark: ${refused.reason}`);
    },

    /** Forgets a chat for good. */
    async deleteChat(chatId: number): Promise<void> {
      // Only what is shown is found, and an index that is being made shows nothing by itself.
      await client.indices.refresh({ index: name }, { requestTimeout: bulkTimeoutMs });
      await client.deleteByQuery(
        { index: name, query: { term: { chat: chatId } }, conflicts: "proceed" },
        { requestTimeout: bulkTimeoutMs },
      );
    },
  };
}
