/**
 * Two consumers die one after the other while Redis is empty. The first has records and the recovery's barrier in hand,
 * unacknowledged; the second dies on the first of what comes again to it. A barrier that overtook records would open the
 * shard too early, and numbers would be given twice.
 */
import { expect } from "@jest/globals";
import { crashAt } from "../support/crash-at.ts";
import { waitUntil } from "../support/wait-until.ts";
import { emptyRedis } from "./empty-redis.ts";
import { runRow, type Scene } from "./run-row.ts";

/** A few, so that the barrier is in the first consumer's hand, too; and more than a consumer is given at once. */
const rounds = [20, 2000];
let openTooEarly = 0;

async function killBoth({ world, load }: Scene, round: number): Promise<void> {
  const [first, second] = world.workers;
  if (!first || !second) throw new Error("two workers are needed");
  const isAwaited = () =>
    world.db("seq_epoch").where("note", "like", "%waiting until what is queued%").first();
  // Of two consumers that one is given the records which has been there longer.
  const deaths = second.deaths;
  await second.restart(crashAt("before-ack", 1));
  first.pause();
  await load.acknowledged(rounds[round] ?? 0);
  await emptyRedis(world);
  await waitUntil(isAwaited);
  first.crash();
  await second.awaitDeaths(deaths + 1, 60_000);
  openTooEarly += (await world.db("seq_epoch").where({ state: "open" })).length === 4 ? 1 : 0;
  await first.revived();
  await world.ready();
}

runRow({
  id: "F34",
  title: "two consumers die one after the other in the middle of a recovery",
  world: { own: ["redis"], workers: 2, supervised: true },
  mayBeVoid: true,
  async fault(scene) {
    for (const round of rounds.keys()) await killBoth(scene, round);
  },
  expectations: () => expect(openTooEarly).toBe(0),
});
