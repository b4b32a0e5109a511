/** The connection to Redis for what only has to be counted: losing it does no harm. */
import type { Logger } from "./log.ts";
import { connectRedis } from "./redis.ts";
import type { RefuseUnsafe } from "./unsafe-stores.ts";

/** Several are asked one after the other while somebody waits. */
const commandTimeoutMs = 300;

export type LimitStore = ReturnType<typeof connectLimits>["store"];

export function connectLimits(options: { url: string; log: Logger; refuseUnsafe: RefuseUnsafe }) {
  const { redis, stop } = connectRedis({ ...options, commandTimeoutMs });
  return { store: redis, stop };
}
