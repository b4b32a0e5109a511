/**
 * A recovery's leader is frozen just before it opens a shard, and wakes up when another leader has opened the next epoch:
 * it must not wreck that one.
 */
import { expect } from "@jest/globals";
import { freezeAt } from "../support/crash-at.ts";
import { isFrozen } from "../support/frozen.ts";
import { waitUntil } from "../support/wait-until.ts";
import { emptyRedis } from "./empty-redis.ts";
import { runRow, type Scene } from "./run-row.ts";

/** The server ends a silent connection, and with it the frozen leader's locks, after 20 s. */
const takeoverMs = 60_000;
/** After waking up, the old leader would have done its harm with so many more records. */
const recordsAfter = 200;
const epochs: { before: object[]; after: object[] }[] = [];

async function freezeLeader({ world, load }: Scene, line: "before-begin" | "before-open"): Promise<void> {
  const [leader, next] = world.workers;
  if (!leader || !next) throw new Error("two workers are needed");
  const listEpochs = (): Promise<object[]> => world.db("seq_epoch").select("shard", "epoch", "state");
  await next.kill();
  await leader.restart(freezeAt(line, 1));
  await emptyRedis(world);
  await waitUntil(() => isFrozen(leader.pid));
  await next.start();
  await waitUntil(
    async () => (await world.db("seq_epoch").where({ state: "open" })).length === 4,
    takeoverMs,
  );
  const before = await listEpochs();
  leader.resume();
  await load.acknowledged(recordsAfter);
  epochs.push({ before, after: await listEpochs() });
}

runRow({
  id: "F35",
  title: "a frozen leader wakes up in the next epoch",
  world: { own: ["redis"], workers: 2 },
  mayBeVoid: true,
  async fault(scene) {
    await freezeLeader(scene, "before-begin");
    await freezeLeader(scene, "before-open");
  },
  expectations() {
    expect(epochs).toHaveLength(2);
    for (const { before, after } of epochs) expect(after).toEqual(before);
  },
});
