/** Redis loses everything, twice: numbers go on from what was accepted, and none is given again. */
import { isLong } from "./durations.ts";
import { emptyRedis } from "./empty-redis.ts";
import { runRow, type Scene } from "./run-row.ts";

/** Records that MySQL does not have yet, and that only the broker knows once Redis is empty. */
const queuedRecords = isLong ? 10_000 : 300;
const mayBeVoid = true;

async function flushWithQueuedRecords({ world, load }: Scene): Promise<void> {
  world.workers[0]?.pause();
  await load.acknowledged(queuedRecords);
  await emptyRedis(world);
  world.workers[0]?.resume();
}

runRow({
  id: "F1a",
  title: "FLUSHALL, with records still queued",
  world: { own: ["redis"], workers: 1 },
  mayBeVoid,
  fault: flushWithQueuedRecords,
});

runRow({
  id: "F1b",
  title: "Redis is killed and its files are gone, and then it is emptied again and again",
  world: { own: ["redis"] },
  mayBeVoid,
  async fault({ world, load }) {
    const redis = world.ownStore("redis");
    await redis.kill();
    redis.loseData();
    await redis.start();
    for (let i = 0; i < 3; i += 1) {
      await load.acknowledged(50);
      await emptyRedis(world);
    }
  },
});
