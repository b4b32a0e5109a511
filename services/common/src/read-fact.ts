/** Reads what decides whether somebody may: from this process for a moment, then from Redis, then from MySQL. */
import { performance } from "node:perf_hooks";
import { setTimeout as pause } from "node:timers/promises";
import { LRUCache } from "lru-cache";
import type { Access, Kept } from "./access.ts";
import type { Fact } from "./fact.ts";
import type { Logger } from "./log.ts";
import { Problem, problem } from "./problem.ts";

/** As it is in MySQL. @throws Problem …-not-found, …-deleted, unavailable */
export type LoadFact = (token: string, fact: Fact) => Promise<string>;
/** @throws Problem …-not-found, …-deleted, unavailable */
export type ReadFact = (token: string, fact: Fact) => Promise<string>;

/** How long a fact is used in a process without a look at Redis: with the next one, the longest until a change is seen. */
const usuallyHeldMs = 500;
/** What was loaded more slowly may have changed before this process was told. */
const longestLoadMs = 500;
/** Of facts that never change: a stored chat stays open or private as it was created. */
const unchangingMs = 3_600_000;
const isUnchanging = (value: string): boolean => value === "open" || value === "private";
const heldFacts = 50_000;
/** An older one is loaded again; while MySQL is away, as it cannot change there either, it is used on. */
const freshMs = 60_000;
const reloadMs = 300;
/** For how long one that does not answer is not asked again where there is another way. */
const awayMs = 5000;
const redisAwayMs = 1000;
const tries = 3;

type Loaded = { value: string } | { isOver: boolean };
type Dependencies = {
  access: Pick<Access, "find" | "keep">;
  load: LoadFact;
  /** 0 where a change is told of. */
  heldMs?: number;
  log: Logger;
};

function unlessAway(err: unknown): undefined {
  if (!(err instanceof Problem && err.status === 503)) throw err;
}

export function createReadFact({ access, load, heldMs = usuallyHeldMs, log }: Dependencies): ReadFact {
  const held = new LRUCache<string, string>({ max: heldFacts });
  const asking = new Map<string, Promise<string>>();
  let mysqlAwayUntil = 0;
  let redisAwayUntil = 0;

  /** Undefined while Redis is away. */
  async function find(token: string, fact: Fact): Promise<Kept | undefined> {
    if (performance.now() < redisAwayUntil) return undefined;
    const kept = await access.find(token, fact).catch(unlessAway);
    if (!kept) redisAwayUntil = performance.now() + redisAwayMs;
    return kept;
  }

  /** Undefined when it was read too long ago. */
  async function loadInTime(token: string, fact: Fact): Promise<string | undefined> {
    const began = performance.now();
    const value = await load(token, fact);
    return performance.now() - began > longestLoadMs ? undefined : value;
  }

  /** The same, kept. `isOver`: it may have changed since it was read. */
  async function loadAndKeep(token: string, fact: Fact, version: string): Promise<Loaded> {
    const value = await loadInTime(token, fact);
    if (value === undefined) return { isOver: false };
    return (await access.keep(token, fact, { version, value })) ? { value } : { isOver: true };
  }

  /** What is old is used on unless MySQL says otherwise soon. */
  async function reload(token: string, fact: Fact, { version, value: old = "" }: Kept): Promise<Loaded> {
    if (performance.now() < mysqlAwayUntil) return { value: old };
    const late = pause(reloadMs, undefined, { ref: false });
    const loaded = await Promise.race([loadAndKeep(token, fact, version).catch(unlessAway), late]);
    if (loaded && ("value" in loaded || loaded.isOver)) return loaded;
    mysqlAwayUntil = performance.now() + awayMs;
    log.debug({ of: fact.of }, "an old fact is used on");
    return { value: old };
  }

  async function ask(token: string, fact: Fact): Promise<string | undefined> {
    const kept = await find(token, fact);
    // Without Redis nothing can change that it would have to be told of.
    if (!kept) return loadInTime(token, fact);
    const isGood = kept.value !== undefined && (kept.ageMs < freshMs || isUnchanging(kept.value));
    if (isGood) return kept.value;
    const reloaded =
      kept.value === undefined ? loadAndKeep(token, fact, kept.version) : reload(token, fact, kept);
    const loaded = await reloaded;
    return "value" in loaded ? loaded.value : undefined;
  }

  /** With the time, in milliseconds, for which it may be held. */
  async function askUntilSure(token: string, fact: Fact): Promise<{ value: string; holdMs: number }> {
    for (let attempt = 1; attempt <= tries; attempt += 1) {
      const began = performance.now();
      const value = await ask(token, fact);
      if (value === undefined) continue;
      // Not held any longer because it took its time.
      return { value, holdMs: isUnchanging(value) ? unchangingMs : heldMs - (performance.now() - began) };
    }
    throw problem("unavailable", "Whether this is allowed cannot be read in time.");
  }

  return (token, fact) => {
    const key = `${token} ${JSON.stringify(fact)}`;
    const known = held.get(key);
    if (known !== undefined) return Promise.resolve(known);
    const asked =
      asking.get(key) ??
      askUntilSure(token, fact)
        .then(({ value, holdMs }) => {
          // Whoever is let in waits for nothing.
          if (value !== "" && holdMs >= 1) held.set(key, value, { ttl: holdMs });
          return value;
        })
        .finally(() => asking.delete(key));
    asking.set(key, asked);
    return asked;
  };
}
