/** The ledger's Lua scripts and the keys that they are given. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { keptMs } from "./idempotency.ts";

/** A shard in one of its epochs: what every call is fenced by. */
export type Fence = { shard: number; epoch: number };
const source = (name: string): string =>
  readFileSync(new URL(`./ledger/${name}.lua`, import.meta.url), "utf8");
export const scripts = {
  allot: source("allot"),
  settle: source("settle"),
  pending: source("pending"),
  lookup: source("lookup"),
  open: source("open"),
  isOpen: source("is-open"),
  takeCounts: source("take-counts"),
  dropCounts: source("drop-counts"),
  parentState: source("parent-state"),
  recounted: source("recounted"),
};
export type ScriptName = keyof typeof scripts;
export const scriptNames = Object.keys(scripts) as ScriptName[];
export const raiseOpening = source("raise-opening");
export const beginEpoch = source("begin-epoch");

/** Keys of a shard carry one hash tag, so that a script is served by one node of a cluster. */
export function keysOf(shard: number) {
  const key = (name: string): string => `{s${shard}}:${name}`;
  return {
    epoch: key("epoch"),
    opening: key("opening"),
    counters: key("counters"),
    outbox: key("outbox"),
    outboxSize: key("outbox:bytes"),
    unconfirmed: key("unconfirmed"),
    /** Since when all idempotency keys are here. */
    keysSince: key("keys:since"),
    /** Prefixes, to be followed by a parent, and by a parent and a key. */
    pending: key("pending:"),
    idem: key("idem:"),
    recounted: key("recounted"),
  };
}

export function countKeys(shard: number): string[] {
  return ["counts:chats", "counts:messages", "flushing:id", "flushing:chats", "flushing:messages"].map(
    (name) => `{s${shard}}:${name}`,
  );
}

/** A record that MySQL has; `raises`: the count to raise, "" when it was not stored live. */
export type Settled = { uid: string; parent: string; raises: "chats" | "messages" | "" };

export const settleArguments = (entries: readonly Settled[]): (string | number)[] => [
  keptMs,
  ...entries.flatMap(({ uid, parent, raises }) => [uid, parent, raises]),
];

/** What settle is given behind its fence. */
export function settleKeys(shard: number): string[] {
  const { outbox, outboxSize, pending, idem } = keysOf(shard);
  return [outbox, ...countKeys(shard).slice(0, 2), outboxSize, pending, idem];
}

/** Shard and epoch are part of the text, so that one shard's scripts never stand in for another's after a restart. */
export function fenced({ shard, epoch }: Fence, body: string): string {
  return `-- shard ${shard}, epoch ${epoch}
if redis.call('GET', KEYS[1]) ~= '${epoch}' then return redis.error_reply('COLD this is not epoch ${epoch}') end
${body}`;
}

const digests = new Map<string, string>();

/** What EVALSHA calls a script by. */
export function digestOf(fence: Fence, name: ScriptName): string {
  const key = `${fence.shard}.${fence.epoch}.${name}`;
  const known = digests.get(key);
  if (known) return known;
  if (digests.size > 1000) digests.clear();
  const made = createHash("sha1").update(fenced(fence, scripts[name])).digest("hex");
  digests.set(key, made);
  return made;
}
