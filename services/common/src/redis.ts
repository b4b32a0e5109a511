/** The connection to Redis, and whether what it confirms is safe with it. Nothing is asked of a server before that is known. */
import { Redis } from "ioredis";
import type { Logger } from "./log.ts";
import type { RefuseUnsafe } from "./unsafe-stores.ts";

/** Without these it may lose numbers that were given, or forget a counter. */
const settings = { appendonly: "yes", appendfsync: "always", "maxmemory-policy": "noeviction" } as const;
type Setting = keyof typeof settings;
const names = Object.keys(settings) as Setting[];

/** INFO tells less, and in other words; nothing at all of appendfsync. */
async function readInfo(redis: Redis): Promise<Map<Setting, string>> {
  const info = await redis.info().catch(unlessRefused);
  const field = (name: string): string | undefined => new RegExp(`^${name}:(.*?)\\r?$`, "m").exec(info)?.[1];
  const aof = field("aof_enabled");
  const policy = field("maxmemory_policy");
  return new Map([
    ...(aof === undefined ? [] : [["appendonly", aof === "1" ? "yes" : "no"] as const]),
    ...(policy === undefined ? [] : [["maxmemory-policy", policy] as const]),
  ]);
}

/** Redis has answered, and refused. */
export const isReplyError = (err: unknown): boolean => err instanceof Error && err.name === "ReplyError";

function unlessRefused(err: unknown): string {
  if (isReplyError(err)) return "";
  throw err;
}

async function readSetting(redis: Redis, name: Setting): Promise<string | undefined> {
  const reply = await redis.config("GET", name).catch(unlessRefused);
  return Array.isArray(reply) ? String(reply[1]) : undefined;
}

/** @throws Error when the server does not answer; what it does not tell is a fault */
export async function findRedisFaults(redis: Redis): Promise<string[]> {
  const found = await Promise.all(names.map((name) => readSetting(redis, name)));
  const info = found.includes(undefined) ? await readInfo(redis) : new Map<Setting, string>();
  return names.flatMap((name, i) => {
    const value = found[i] ?? info.get(name);
    if (value === settings[name]) return [];
    return value === undefined
      ? [
          `Redis does not tell its ${name}, so it may forget what it has confirmed: allow the user CONFIG GET (ACL SETUSER … +config|get), and see that redis.conf has \`${name} ${settings[name]}\`.`,
        ]
      : [
          `Redis may forget what it has confirmed, since its ${name} is ${value}: put \`${name} ${settings[name]}\` in redis.conf, or run CONFIG SET ${name} ${settings[name]} and CONFIG REWRITE.`,
        ];
  });
}

export type RedisOptions = {
  url: string;
  log: Logger;
  refuseUnsafe: RefuseUnsafe;
  commandTimeoutMs?: number;
};

/** Commands fail fast and are never sent twice: a repeated allotment would burn numbers. */
export function connectRedis({ url, log, refuseUnsafe, commandTimeoutMs = 1500 }: RedisOptions) {
  const redis = new Redis(url, {
    commandTimeout: commandTimeoutMs,
    connectTimeout: 2000,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    retryStrategy: (attempt) => Math.min(50 * attempt, 500),
  });
  let isExamined = false;

  /** At every connection anew: it may be another server, or one with other settings. */
  async function examine(): Promise<void> {
    try {
      refuseUnsafe(await findRedisFaults(redis));
      isExamined = true;
    } catch (err) {
      log.debug({ err }, "redis could not be examined");
      if (redis.status === "ready") redis.disconnect(true);
    }
  }

  const answered = new Promise<void>((resolve) => {
    redis.on("ready", () => void examine().then(resolve));
    redis.on("error", (err) => {
      log.debug({ err }, "redis connection failed");
      resolve();
    });
    redis.on("close", () => {
      isExamined = false;
      resolve();
    });
  });

  return {
    redis,
    isReady: (): boolean => redis.status === "ready" && isExamined,
    /** Resolves when the server has been examined or is out of reach. */
    answered,
    stop: async (): Promise<void> => {
      if (redis.status === "ready") await redis.quit().catch(() => undefined);
      redis.disconnect();
    },
  };
}

type SubscriberOptions = {
  url: string;
  log: Logger;
  onMessage: (channel: string, text: string) => void;
  onReconnected: () => void;
};

/** A connection that only listens to channels; to those it had after a reconnect, too. What was told meanwhile is lost. */
export function connectSubscriber({ url, log, onMessage, onReconnected }: SubscriberOptions) {
  const redis = new Redis(url, {
    commandTimeout: 1500,
    connectTimeout: 2000,
    maxRetriesPerRequest: null,
    autoResubscribe: true,
    keepAlive: 5000,
    retryStrategy: (attempt) => Math.min(50 * attempt, 500),
  });
  let wasReady = false;
  redis.on("message", onMessage);
  redis.on("error", (err) => log.debug({ err }, "redis subscriber failed"));
  redis.on("ready", () => {
    if (wasReady) onReconnected();
    wasReady = true;
  });
  return {
    redis,
    isReady: (): boolean => redis.status === "ready",
    stop: (): void => redis.disconnect(),
  };
}
