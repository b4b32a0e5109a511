/**
 * Slows down whoever guesses passwords: after some failures each next try has to wait, twice as long each time up to a
 * limit, so that nobody is locked out for good. Counted in Redis, and in this process alone while that is away.
 */
import type { LimitStore } from "@parley/common/limits";
import { problem } from "@parley/common/problem";
import type { Request } from "express";
import { RateLimiterMemory, RateLimiterRedis } from "rate-limiter-flexible";

/** `free`: tries without delay; `seconds`: the longest delay; `forget`: seconds after which a failure is forgotten. */
type Rule = { name: string; free: number; seconds: number; forget: number };
const rules = {
  /** One account from one address. */
  pair: { name: "pair", free: 5, seconds: 900, forget: 86_400 },
  /** One account from anywhere: short, since others' guesses must not keep its owner out. */
  account: { name: "account", free: 50, seconds: 30, forget: 3600 },
  /** Any account of one application from one address, which may be that of many people. */
  address: { name: "address", free: 100, seconds: 300, forget: 3600 },
} as const satisfies Record<string, Rule>;

function createLimit({ name, free, seconds, forget }: Rule, store: LimitStore) {
  const limiter = (kind: string, duration: number) => {
    const options = { keyPrefix: `login:${name}:${kind}`, points: 1, duration };
    return new RateLimiterRedis({
      ...options,
      storeClient: store,
      rejectIfRedisNotReady: true,
      insuranceLimiter: new RateLimiterMemory(options),
    });
  };
  const tries = limiter("tries", forget);
  const pause = limiter("pause", seconds);
  return {
    /** Milliseconds to wait; 0 when it may go on, which is then counted as a try. */
    async take(key: string): Promise<number> {
      const paused = await pause.get(key);
      if (paused && paused.consumedPoints > 1) return paused.msBeforeNext;
      const { consumedPoints } = await tries.penalty(key);
      if (consumedPoints > free) await pause.block(key, Math.min(2 ** (consumedPoints - free), seconds));
      return 0;
    },
    async forget(key: string): Promise<void> {
      await Promise.all([tries.delete(key), pause.delete(key)]);
    },
    /** Takes one try back. */
    giveBack: (key: string) => tries.reward(key),
  };
}

export type LoginLimits = ReturnType<typeof createLoginLimits>;
/** `application`: its token; `account`: the key of a user name, whether there is such a user or not. */
type Login = { application: string; account: string; address: string };

/** @param account key of the user name that is tried */
export function loginOf({ token }: { token: string }, account: string, req: Pick<Request, "ip">): Login {
  return { application: token, account, address: req.ip ?? "" };
}

export function createLoginLimits(store: LimitStore) {
  const pair = createLimit(rules.pair, store);
  const account = createLimit(rules.account, store);
  const address = createLimit(rules.address, store);
  const keysOf = ({ application, account: name, address: from }: Login) => ({
    pair: `${application}:${name}:${from}`,
    account: `${application}:${name}`,
    address: `${application}:${from}`,
  });

  return {
    /** @throws Problem too-many-requests (429) */
    async take(login: Login): Promise<void> {
      const keys = keysOf(login);
      // One that has to wait anyway does not count for the others: nobody keeps an account's owner out from elsewhere.
      const wait =
        (await pair.take(keys.pair)) ||
        (await account.take(keys.account)) ||
        (await address.take(keys.address));
      if (wait === 0) return;
      throw problem("too-many-requests", "Too many logins have failed: wait before the next one.", {
        headers: { "Retry-After": String(Math.ceil(wait / 1000)) },
      });
    },

    async succeeded(login: Login): Promise<void> {
      const keys = keysOf(login);
      await Promise.all([
        pair.forget(keys.pair),
        account.giveBack(keys.account),
        address.giveBack(keys.address),
      ]);
    },
  };
}
