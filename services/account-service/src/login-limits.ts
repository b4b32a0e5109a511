/**
 * Slows down whoever guesses passwords: after some failures one try is let through at a time, each after twice as long a
 * wait up to a limit, so that nobody is locked out for good. Counted in Redis, and in this process alone while that is away.
 */
import { createHash } from "node:crypto";
import type { LimitStore } from "@parley/common/limits";
import { problem } from "@parley/common/problem";
import type { Request } from "express";
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from "rate-limiter-flexible";

/** `free`: tries without delay; `seconds`: the longest delay; `forget`: seconds after which a failure is forgotten. */
type Rule = { name: string; free: number; seconds: number; forget: number };
/** In the order in which they are asked: what one refuses does not count for the others. */
const rules: readonly Rule[] = [
  /** Any account of one application from one address, which may be that of many people. */
  { name: "address", free: 100, seconds: 300, forget: 3600 },
  /** One account from one address. */
  { name: "pair", free: 5, seconds: 900, forget: 86_400 },
  /** One account from anywhere: short, since others' guesses must not keep its owner out. */
  { name: "account", free: 50, seconds: 30, forget: 3600 },
];

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
    name,
    /** Milliseconds to wait; 0 when it may go on, which is then counted as a try. */
    async take(key: string): Promise<number> {
      const { consumedPoints } = await tries.penalty(key);
      if (consumedPoints <= free) return 0;
      try {
        await pause.consume(key, 1, { customDuration: Math.min(2 ** (consumedPoints - free), seconds) });
        return 0;
      } catch (refused) {
        if (!(refused instanceof RateLimiterRes)) throw refused;
        await tries.reward(key);
        return refused.msBeforeNext;
      }
    },
    giveBack: (key: string) => tries.reward(key),
    async forget(key: string): Promise<void> {
      await Promise.all([tries.delete(key), pause.delete(key)]);
    },
  };
}

export type LoginLimits = ReturnType<typeof createLoginLimits>;
/** `application`: its token; `account`: the key of a user name, whether there is such a user or not. */
type Login = { application: string; account: string; address: string };

/** @param account key of the user name that is tried */
export function loginOf({ token }: { token: string }, account: string, req: Pick<Request, "ip">): Login {
  return { application: token, account, address: req.ip ?? "" };
}

/** Of one length, whatever somebody has typed for a name. */
function keyOf({ application, account, address }: Login, name: string): string {
  const parts = {
    address: [application, address],
    pair: [application, account, address],
    account: [application, account],
  };
  const text = JSON.stringify(parts[name as keyof typeof parts]);
  return createHash("sha256").update(text).digest("base64url");
}

export function createLoginLimits(store: LimitStore) {
  const limits = rules.map((rule) => createLimit(rule, store));

  async function giveBack(login: Login, taken = limits): Promise<void> {
    await Promise.all(taken.map((limit) => limit.giveBack(keyOf(login, limit.name))));
  }

  async function take(login: Login): Promise<void> {
    for (const [i, limit] of limits.entries()) {
      const wait = await limit.take(keyOf(login, limit.name));
      if (wait === 0) continue;
      await giveBack(login, limits.slice(0, i));
      throw problem("too-many-requests", "Too many logins have failed: wait before the next one.", {
        headers: { "Retry-After": String(Math.ceil(wait / 1000)) },
      });
    }
  }

  async function succeeded(login: Login): Promise<void> {
    await Promise.all(
      limits.map((limit) => {
        const key = keyOf(login, limit.name);
        return limit.name === "pair" ? limit.forget(key) : limit.giveBack(key);
      }),
    );
  }

  return {
    /**
     * Counts a check of a password that fails, unless it comes to no answer.
     * @throws Problem too-many-requests (429); what `check` throws
     */
    async guard(login: Login, check: () => Promise<boolean>): Promise<boolean> {
      await take(login);
      let isRight: boolean;
      try {
        isRight = await check();
      } catch (err) {
        await giveBack(login);
        throw err;
      }
      if (isRight) await succeeded(login);
      return isRight;
    },
  };
}
