/**
 * The ledger: which number comes next, and every accepted record that MySQL may not have yet. The only code that
 * knows its Redis keys. Every script carries the epoch it was made for and is called without fallback: a Redis that
 * was restarted, emptied or failed over answers NOSCRIPT or COLD, and the shard is closed until it is recovered.
 */
import { z } from "zod";
import { keptMs, timeOfKey, toleratedSkewMs } from "./idempotency.ts";
import { createRecoveryCommands } from "./ledger-recovery.ts";
import {
  countKeys,
  digestOf,
  keysOf,
  settleArguments,
  settleKeys,
  type Fence,
  type ScriptName,
  type Settled,
} from "./ledger-scripts.ts";
import { parseParentState, type CountedKind, type ParentState } from "./parent-state.ts";
import { problem, unconfirmed as unconfirmedProblem, type Problem } from "./problem.ts";
import type { Draft, ParleyRecord } from "./records.ts";
import { connectRedis, isReplyError, type RedisOptions } from "./redis.ts";

export type { Fence, Settled };

const refusals = [
  "application-unknown",
  "application-deleted",
  "chat-unknown",
  "chat-deleted",
  "key-reused",
  /** The ledger may have forgotten the key: MySQL decides. */
  "key-unknown",
  "outbox-full",
  "key-ahead",
] as const;
export type Refusal = (typeof refusals)[number];

/**
 * What allot says of a draft: its number (0 for an application), or why it was refused. `repeats`: the number was given
 * before, to the same key; its record as JSON when it has to be published again, else "".
 */
export type Allotment = { number: number; repeats?: string } | { refused: Refusal };
/** `isNewKey`: MySQL does not know the draft's idempotency key. */
export type AllotRequest = { draft: Draft; json: string; isNewKey?: boolean };
export type Measured = { records: number; bytes: number; unconfirmed: number; counts: number };
export type Counts = { id: string; chats: Map<string, number>; messages: Map<string, number> };
export type Range = { lowest?: number; highest?: number; order: "asc" | "desc"; limit: number };
export type Ledger = ReturnType<typeof connectLedger>;

/** Where a record waits to be read: applications together, chats by application, messages by chat. */
export function parentOf(record: Draft): string {
  switch (record.kind) {
    case "application":
      return "applications";
    case "chat":
      return record.token;
    case "message":
      return chatKey(record.token, record.chat);
  }
}

/** How keys and fields name a chat. */
export function chatKey(token: string, chat: number): string {
  return `${token}:${chat}`;
}

/** What isCold knows, where MySQL has said so. */
export function coldProblem({ epoch }: Fence): Problem {
  const cause = new Error(`COLD epoch ${epoch} is over`);
  return problem("unavailable", "The numbering is being recovered.", { cause });
}

/** Whether the ledger said that this epoch is over, rather than that it could not be asked. */
export function isCold(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error && /^(NOSCRIPT|COLD)\b/.test(cause.message);
}

/** Whether Redis answered, so that nothing was done. */
function isRefused(error: unknown): boolean {
  return error instanceof Error && isReplyError(error.cause);
}

const Replies = {
  allotments: z.array(z.union([z.number(), z.tuple([z.number(), z.string()])])),
  strings: z.array(z.string().nullable()),
  counts: z.tuple([z.string(), z.array(z.string()), z.array(z.string())]).nullable(),
};

function toRecords(reply: unknown): ParleyRecord[] {
  return Replies.strings
    .parse(reply)
    .flatMap((json) => (json === null ? [] : [JSON.parse(json) as ParleyRecord]));
}

function toMap(pairs: string[]): Map<string, number> {
  return new Map(pairs.flatMap((field, i) => (i % 2 === 0 ? [[field, Number(pairs[i + 1])] as const] : [])));
}

function allotArguments({ draft, json, isNewKey }: AllotRequest): string[] {
  const chat = draft.kind === "message" ? String(draft.chat) : "";
  const { key, fingerprint } = draft.idempotency ?? {};
  const keyTime = isNewKey ? "inf" : String(timeOfKey(key ?? "") ?? 0);
  const idempotency = key === undefined ? "" : `${fingerprint} ${keyTime} ${key}`;
  return [draft.kind, draft.uid, draft.token, chat, json, idempotency];
}

function toAllotment(reply: number | [number, string]): Allotment {
  if (typeof reply !== "number") return { number: reply[0], repeats: reply[1] };
  const refused = refusals[-reply - 1];
  return refused ? { refused } : { number: reply };
}

/** @param live whether it was stored live, so that its parent's count is to be raised */
export function settledOf(record: ParleyRecord, live: boolean): Settled {
  const raises = live && record.kind !== "application" ? (`${record.kind}s` as const) : "";
  return { uid: record.uid, parent: parentOf(record), raises };
}

type LedgerOptions = RedisOptions & {
  /** Beyond which a shard's outbox takes no more. */
  outboxBytes?: number;
};

export function connectLedger({ outboxBytes = Number.MAX_SAFE_INTEGER, ...options }: LedgerOptions) {
  const { redis, isReady, answered, stop } = connectRedis(options);

  /** @throws Problem unavailable, whose cause tells isCold from out of reach */
  async function guarded<T>(call: () => Promise<T>): Promise<T> {
    try {
      if (!isReady()) throw new Error("Redis is out of reach, or not examined yet");
      return await call();
    } catch (cause) {
      throw problem("unavailable", "The ledger of this application does not answer.", { cause });
    }
  }

  const run = (fence: Fence, name: ScriptName, keys: string[], args: (string | number)[]): Promise<unknown> =>
    guarded(() =>
      redis.evalsha(digestOf(fence, name), keys.length + 1, keysOf(fence.shard).epoch, ...keys, ...args),
    );

  return {
    /**
     * One script call for the whole batch. Refused drafts burn no number and spoil nothing.
     * @throws Problem unavailable; or unconfirmed, when there was no answer and numbers may have been given
     */
    async allot(fence: Fence, batchId: string, requests: readonly AllotRequest[]): Promise<Allotment[]> {
      const { counters, outbox, unconfirmed, outboxSize, keysSince, pending, idem } = keysOf(fence.shard);
      const wasSent = isReady();
      const reply = await run(
        fence,
        "allot",
        [counters, outbox, unconfirmed, outboxSize, keysSince, pending, idem],
        [batchId, outboxBytes, toleratedSkewMs, keptMs, ...requests.flatMap(allotArguments)],
      ).catch((err: unknown) => {
        throw wasSent && !isRefused(err) ? unconfirmedProblem(err) : err;
      });
      return Replies.allotments.parse(reply).map(toAllotment);
    },

    /** The broker has the batch. Not fenced: a batch id is used once. */
    confirm: (shard: number, batchId: string): Promise<unknown> =>
      guarded(() => redis.hdel(keysOf(shard).unconfirmed, batchId)),

    /** What is in MySQL need not be remembered here. */
    settle(fence: Fence, entries: readonly Settled[]): Promise<unknown> {
      return run(fence, "settle", settleKeys(fence.shard), settleArguments(entries));
    },

    /** Accepted records of one parent, some of which MySQL may have, too. */
    async listPending(fence: Fence, parent: string, range: Range): Promise<ParleyRecord[]> {
      const { outbox, pending } = keysOf(fence.shard);
      const { lowest = "-inf", highest = "+inf", order, limit } = range;
      return toRecords(
        await run(fence, "pending", [outbox, pending + parent], [lowest, highest, order, limit]),
      );
    },

    /** One record by its uid. */
    async findRecord(fence: Fence, uid: string): Promise<ParleyRecord | undefined> {
      return toRecords(await run(fence, "lookup", [keysOf(fence.shard).outbox], [uid]))[0];
    },

    /** As findChatUnfenced, an application's. */
    async findApplicationUnfenced(shard: number, token: string): Promise<ParleyRecord | undefined> {
      return toRecords([await guarded(() => redis.hget(keysOf(shard).outbox, token))])[0];
    },

    /**
     * A chat's record, whatever the epoch: what was accepted stays accepted. Not for readers, who must know whether
     * its absence means anything.
     */
    async findChatUnfenced(shard: number, token: string, chat: number): Promise<ParleyRecord | undefined> {
      const { outbox, pending } = keysOf(shard);
      const uids = await guarded(() => redis.zrangebyscore(pending + token, chat, chat));
      return uids.length > 0 ? toRecords(await guarded(() => redis.hmget(outbox, ...uids)))[0] : undefined;
    },

    /** Opens parents with their last numbers, or closes them for ever. */
    open(
      fence: Fence,
      last: readonly (readonly [field: string, last: number | "deleted"])[],
    ): Promise<unknown> {
      return run(fence, "open", [keysOf(fence.shard).counters], last.flat());
    },

    /** Whether the parent's counter is open. With "" it asks only whether the shard is. */
    async isOpen(fence: Fence, field: string): Promise<boolean> {
      return (await run(fence, "isOpen", [keysOf(fence.shard).counters], [field])) === 1;
    },

    /** Sets the waiting counts aside; the same again until they are dropped. Undefined when nothing waits. */
    async takeCounts(fence: Fence, newId: string): Promise<Counts | undefined> {
      const reply = Replies.counts.parse(await run(fence, "takeCounts", countKeys(fence.shard), [newId]));
      return reply ? { id: reply[0], chats: toMap(reply[1]), messages: toMap(reply[2]) } : undefined;
    },

    /** The parent as `parentOf` names it; at most `limit` of its pending records. */
    async readParent(fence: Fence, kind: CountedKind, parent: string, limit: number): Promise<ParentState> {
      const { counters, pending } = keysOf(fence.shard);
      const [chats, messages, flushId, flushingChats, flushingMessages] = countKeys(fence.shard);
      const counts =
        kind === "chats" ? [chats, flushId, flushingChats] : [messages, flushId, flushingMessages];
      const keys = [counters, ...counts, pending + parent] as string[];
      return parseParentState(await run(fence, "parentState", keys, [parent, limit]));
    },

    /** Whether the shard's counts were put right since its Redis was empty. */
    async isRecounted(fence: Fence): Promise<boolean> {
      return (await run(fence, "recounted", [keysOf(fence.shard).recounted], [""])) === 1;
    },

    markRecounted: (fence: Fence): Promise<unknown> =>
      run(fence, "recounted", [keysOf(fence.shard).recounted], ["1"]),

    dropCounts: (fence: Fence, id: string): Promise<unknown> =>
      run(fence, "dropCounts", countKeys(fence.shard), [id]),

    /** Batches whose confirm never came, older than `ms`, with what is left of their records. */
    async listUnconfirmed(
      shard: number,
      ms: number,
    ): Promise<{ batchId: string; records: ParleyRecord[] }[]> {
      const { unconfirmed, outbox } = keysOf(shard);
      const batches = Object.entries(await guarded(() => redis.hgetall(unconfirmed)));
      if (batches.length === 0) return [];
      // By the clock that stamped them.
      const [seconds] = await guarded(() => redis.time());
      const old = batches.filter(([, value]) => Number(value.split(" ", 1)[0]) < Number(seconds) * 1000 - ms);
      return Promise.all(
        old.map(async ([batchId, value]) => ({
          batchId,
          records: toRecords(await guarded(() => redis.hmget(outbox, ...value.split(" ").slice(1)))),
        })),
      );
    },

    /** Everything in a shard's outbox, a part at a time, so that a large one does not hold up Redis. */
    async *scanOutbox(shard: number): AsyncGenerator<ParleyRecord[]> {
      let cursor = "0";
      do {
        const [next, pairs] = await guarded(() => redis.hscan(keysOf(shard).outbox, cursor, "COUNT", 500));
        cursor = next;
        const records = toRecords(pairs.filter((_, i) => i % 2 === 1));
        if (records.length > 0) yield records;
      } while (cursor !== "0");
    },

    /** How much waits in a shard: records, their bytes, batches whose confirm never came, and counts to be flushed. */
    async measure(shard: number): Promise<Measured> {
      const { outbox, outboxSize, unconfirmed } = keysOf(shard);
      const [chats, messages, , flushingChats, flushingMessages] = countKeys(shard) as string[];
      const lengths = [outbox, unconfirmed, chats, messages, flushingChats, flushingMessages];
      const [bytes, records = 0, batches = 0, ...counts] = await guarded(() =>
        Promise.all([redis.get(outboxSize), ...lengths.map((key = "") => redis.hlen(key))]),
      );
      return {
        records,
        bytes: Number(bytes ?? 0),
        unconfirmed: batches,
        counts: counts.reduce((sum, count) => sum + count, 0),
      };
    },

    /** Only for the recovery's leader. */
    recovery: createRecoveryCommands(redis, guarded),

    isConnected: isReady,
    answered,
    stop,
  };
}
