/** Redis loses everything, twice: numbers go on from what was accepted, and none is given again. */
import { Redis } from "ioredis";
import { runRow, type Scene } from "./run-row.ts";
import { isLong } from "./durations.ts";

/** Records that MySQL does not have yet, and that only the broker knows once Redis is empty. */
const queuedRecords = isLong ? 10_000 : 300;
const mayBeVoid = true;
const allowed = { counts: "what was counted since the last flush goes with Redis" };

async function flushWithQueuedRecords({ world, load }: Scene): Promise<void> {
  world.workers[0]?.pause();
  await load.acknowledged(queuedRecords);
  const redis = new Redis(world.stores.urls.redis);
  await redis.flushall();
  redis.disconnect();
  world.workers[0]?.resume();
}

runRow({
  id: "F1",
  title: "FLUSHALL, with records still queued",
  world: { own: ["redis"], workers: 1 },
  mayBeVoid,
  allowed,
  fault: flushWithQueuedRecords,
});

runRow({
  id: "F1",
  title: "Redis is killed and its files are gone",
  world: { own: ["redis"] },
  mayBeVoid,
  allowed,
  async fault({ world }) {
    const redis = world.ownStore("redis");
    await redis.kill();
    redis.loseData();
    await redis.start();
  },
});
