/** Redis has no memory left: creates are refused loudly, and no counter is evicted. */
import { expect } from "@jest/globals";
import { Redis } from "ioredis";
import { runRow, type Scene } from "./run-row.ts";

async function limitMemory({ world }: Scene, limit: string): Promise<void> {
  const redis = new Redis(world.stores.urls.redis);
  await redis.config("SET", "maxmemory", limit);
  await redis.quit();
}

runRow({
  id: "F4",
  title: "Redis is out of memory",
  world: { own: ["redis"] },
  fault: (scene) => limitMemory(scene, "1mb"),
  heal: (scene) => limitMemory(scene, "0"),
  expectations: ({ failures }) =>
    expect(failures.filter(({ status }) => status === 503).length).toBeGreaterThan(0),
});
