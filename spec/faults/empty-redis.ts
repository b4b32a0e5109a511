/** Redis forgets everything, at once and without a restart. */
import { Redis } from "ioredis";
import type { World } from "../support/world.ts";

export async function emptyRedis({ stores }: World): Promise<void> {
  const redis = new Redis(stores.urls.redis);
  await redis.flushall();
  redis.disconnect();
}
