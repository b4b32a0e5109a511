/** The ledger's commands for the leader of a recovery: fenced by the epoch that it has announced, not by one that is open. */
import type { Redis } from "ioredis";
import { z } from "zod";
import {
  beginEpoch,
  digestOf,
  fenced,
  keysOf,
  raiseOpening,
  scriptNames,
  scripts,
  settleArguments,
  settleKeys,
  type Fence,
  type Settled,
} from "./ledger-scripts.ts";

/** Turns what Redis refuses, and its silence, into a Problem. */
type Guarded = <T>(call: () => Promise<T>) => Promise<T>;

export function createRecoveryCommands(redis: Redis, guarded: Guarded) {
  return {
    /** Announces the epoch to be opened. False when a later one is announced already. */
    async announce({ shard, epoch }: Fence): Promise<boolean> {
      const keys = keysOf(shard);
      return (await guarded(() => redis.eval(raiseOpening, 2, keys.opening, keys.epoch, epoch))) === 1;
    },

    /** As settle, before the epoch is open: fenced by the announced epoch. */
    settle(fence: Fence, entries: readonly Settled[]): Promise<unknown> {
      const keys = [keysOf(fence.shard).opening, ...settleKeys(fence.shard)];
      const text = `-- opening\n${fenced(fence, scripts.settle)}`;
      return guarded(() => redis.eval(text, keys.length, ...keys, ...settleArguments(entries)));
    },

    /** Whether all scripts of this version are there: another version may have begun the epoch. */
    async hasScripts(fence: Fence): Promise<boolean> {
      const digests = scriptNames.map((name) => digestOf(fence, name));
      const found = z.array(z.number()).parse(await guarded(() => redis.script("EXISTS", ...digests)));
      return found.every((one) => one === 1);
    },

    /** Loads the epoch's scripts; nobody else ever does. */
    async loadScripts(fence: Fence): Promise<void> {
      for (const body of Object.values(scripts)) {
        await guarded(() => redis.script("LOAD", fenced(fence, body)));
      }
    },

    /**
     * Forgets the counters and begins the epoch, unless a later one was announced.
     * @param storedKeys whether there are idempotency keys in MySQL, which this Redis need not have
     */
    begin(fence: Fence, { storedKeys }: { storedKeys: boolean }): Promise<unknown> {
      const { opening, epoch, counters, unconfirmed, keysSince } = keysOf(fence.shard);
      const keys = [opening, epoch, counters, unconfirmed, keysSince];
      const text = `-- opening\n${fenced(fence, beginEpoch)}`;
      return guarded(() => redis.eval(text, keys.length, ...keys, fence.epoch, storedKeys ? "1" : "0"));
    },
  };
}
