/**
 * What decides whether somebody may, kept in Redis so that sends go on without MySQL. A change takes what is known of its
 * scope out of Redis before it commits, and lets it be kept again after. A fact is kept only if its scope has not changed
 * since it began to be loaded.
 */
import { performance } from "node:perf_hooks";
import { setTimeout as pause } from "node:timers/promises";
import { v4 as uuid } from "uuid";
import { z } from "zod";
import type { Fact } from "./fact.ts";
import { publishNotice, type Notice } from "./live.ts";
import type { Logger } from "./log.ts";
import { Problem, problem } from "./problem.ts";
import { connectRedis, type RedisOptions } from "./redis.ts";

export type Access = ReturnType<typeof connectAccess>;
/** What is kept: the version of its scope, the fact and its age in milliseconds, if it is there. */
export type Kept = { version: string; value?: string; ageMs: number };

/** Takes what is known of these facts out of Redis until the change is over. */
export type Begin = (facts: readonly Fact[]) => Promise<void>;

const againMs = 100;
const keptMs = 24 * 3_600_000;
/** Longer than any transaction: a change whose process has died is over by then. */
const longestChangeMs = 60_000;
/** A loader has this time; a scope of which nothing is kept is forgotten then, as whatever strangers ask after. */
const loadingMs = 5000;

/** What changes together. */
function scopeOf(fact: Fact): string {
  switch (fact.of) {
    case "application":
      return "application";
    case "session":
      return `user:${fact.user}`;
    case "privacy":
      return `privacy:${fact.chat}`;
    case "role":
      return `members:${fact.chat}`;
    case "pair":
      return `pair:${Math.min(fact.from, fact.to)}:${Math.max(fact.from, fact.to)}`;
  }
}

function fieldOf(fact: Fact): string {
  switch (fact.of) {
    case "application":
    case "privacy":
      return "all";
    case "session":
      return fact.session;
    case "role":
      return String(fact.user);
    case "pair":
      return String(fact.from);
  }
}

/** One slot for all of an application. */
const keyOf = (token: string, fact: Fact): string => `access:{${token}}:${scopeOf(fact)}`;

/** Gives the scope's version, begun with ARGV[2] if there is none, the fact, and Redis's time in seconds. What is asked for is kept for ARGV[4] ms more. */
const lookUp = `
local version = redis.call('HGET', KEYS[1], 'version')
if not version then
  version = ARGV[2]
  redis.call('HSET', KEYS[1], 'version', version)
  redis.call('PEXPIRE', KEYS[1], ARGV[3])
end
local value = redis.call('HGET', KEYS[1], ARGV[1])
if value then redis.call('PEXPIRE', KEYS[1], ARGV[4]) end
return { version, value or '', redis.call('TIME')[1] }`;
/** Keeps ARGV[3] for ARGV[4] ms as the fact ARGV[1] if the scope still has the version ARGV[2]; "" is kept nowhere. Gives 1 if it has. */
const keep = `
if redis.call('HGET', KEYS[1], 'version') ~= ARGV[2] then return 0 end
if ARGV[3] ~= '' and string.sub(ARGV[2], 1, 8) ~= 'changing' then
  redis.call('HSET', KEYS[1], ARGV[1], redis.call('TIME')[1] .. ' ' .. ARGV[3])
  redis.call('PEXPIRE', KEYS[1], ARGV[4])
end
return 1`;
const beginChange = `
redis.call('DEL', KEYS[1])
redis.call('HSET', KEYS[1], 'version', ARGV[1])
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return 1`;
/** Leaves it to another change that has begun meanwhile. */
const endChange = `
local version = redis.call('HGET', KEYS[1], 'version')
if version == ARGV[1] or version and string.sub(version, 1, 8) ~= 'changing' then redis.call('DEL', KEYS[1]) end
return 1`;

const Found = z.tuple([z.string(), z.string(), z.coerce.number()]);

export function connectAccess({ log, ...options }: RedisOptions & { log: Logger }) {
  const { redis, isReady, answered, stop } = connectRedis({ ...options, log });

  async function run(script: string, key: string, args: (string | number)[]): Promise<unknown> {
    try {
      if (!isReady()) throw new Error("Redis is out of reach, or not examined yet");
      return await redis.eval(script, 1, key, ...args);
    } catch (cause) {
      throw problem("unavailable", "Whether this is allowed cannot be read right now.", { cause });
    }
  }

  /** A Redis that is away just now may come back empty, and then keep what was loaded before the change. */
  async function end(keys: readonly string[], mark: string): Promise<void> {
    const ends = await Promise.allSettled(keys.map((key) => run(endChange, key, [mark])));
    const untold = keys.filter((_, i) => ends[i]?.status === "rejected");
    if (untold.length > 0) void endLater(untold, mark);
  }

  async function endLater(keys: readonly string[], mark: string): Promise<void> {
    const until = performance.now() + longestChangeMs;
    let untold = keys;
    while (untold.length > 0 && performance.now() < until) {
      await pause(againMs, undefined, { ref: false });
      const ends = await Promise.allSettled(untold.map((key) => run(endChange, key, [mark])));
      untold = untold.filter((_, i) => ends[i]?.status === "rejected");
    }
    if (untold.length > 0) log.warn("the end of a change could not be told");
  }

  /** Nobody depends on it: who listens looks again by itself after a while. */
  async function tell(token: string, notice: Notice): Promise<void> {
    try {
      await publishNotice(redis, token, notice);
    } catch (err) {
      log.debug({ err }, "notice not told");
    }
  }

  return {
    tell,

    /** @throws Problem unavailable */
    async find(token: string, fact: Fact): Promise<Kept> {
      const found = await run(lookUp, keyOf(token, fact), [fieldOf(fact), uuid(), loadingMs, keptMs]);
      const [version, entry, now] = Found.parse(found);
      const [since, value] = entry.split(" ", 2);
      return value === undefined
        ? { version, ageMs: 0 }
        : { version, value, ageMs: (now - Number(since)) * 1000 };
    },

    /**
     * Keeps a fact that began to be loaded when its scope had this version; "" is kept nowhere.
     * @returns whether it still has
     * @throws Problem unavailable
     */
    async keep(
      token: string,
      fact: Fact,
      { version, value }: { version: string; value: string },
    ): Promise<boolean> {
      return (await run(keep, keyOf(token, fact), [fieldOf(fact), version, value, keptMs])) === 1;
    },

    /**
     * Runs `act`, which calls `begin` with what it changes: under the lock of that, and before it commits.
     * @throws what `act` throws; from `begin` Problem unavailable: nothing is changed that cannot be told
     */
    async change<T>(token: string, act: (begin: Begin) => Promise<T>): Promise<T> {
      const mark = `changing ${uuid()}`;
      const keys = new Set<string>();
      const changed: Fact[] = [];
      const begin: Begin = async (facts) => {
        changed.push(...facts);
        const added = facts.map((fact) => keyOf(token, fact)).filter((key) => !keys.has(key));
        for (const key of added) keys.add(key);
        await Promise.all(added.map((key) => run(beginChange, key, [mark, longestChangeMs])));
      };
      try {
        const result = await act(begin);
        await end([...keys], mark);
        if (changed.length > 0) await tell(token, { type: "facts", facts: changed });
        return result;
      } catch (err) {
        // Of anything but a refusal of ours it is not known whether it is or will be committed: the marks stay until they expire.
        if (err instanceof Problem) await end([...keys], mark);
        throw err;
      }
    },

    isConnected: isReady,
    answered,
    stop,
  };
}
