/**
 * Two consumers die one after the other while Redis is empty. The first has records and the recovery's barrier in hand,
 * unacknowledged; the second dies on the first of what comes again to it. A barrier that overtook records would open the
 * shard too early, and numbers would be given twice.
 */
import { expect } from "@jest/globals";
import { shardOf } from "@parley/common/records";
import { crashAt } from "../support/crash-at.ts";
import { waitUntil } from "../support/wait-until.ts";
import { emptyRedis } from "./empty-redis.ts";
import { toOperations } from "./history.ts";
import { runRow, type Scene } from "./run-row.ts";

/** A few, so that the barrier is in the first consumer's hand, too; and more than a consumer is given at once. */
const rounds = [20, 2000];
const watchMs = 60_000;
/** What was acknowledged before Redis was emptied and was not stored when its shard was seen open again. */
const openTooEarly: string[] = [];
let openings = 0;

/** Places of the messages that were acknowledged so far. */
const listAcknowledged = ({ events }: Scene): string[] =>
  toOperations(events)
    .filter(({ act, outcome }) => act === "message" && outcome === "ok")
    .map(({ parent, number }) => `${parent}#${number}`);

async function listStored({ world }: Scene): Promise<Set<string>> {
  const rows: { token: string; chat: number; number: number }[] = await world
    .db("messages as m")
    .join("chats as c", "c.id", "m.chat_id")
    .join("applications as a", "a.id", "c.application_id")
    .select("a.token", "c.number as chat", "m.number");
  return new Set(rows.map(({ token, chat, number }) => `${token}:${chat}#${number}`));
}

type Epoch = { shard: number; epoch: number; state: string };
const listEpochs = ({ world }: Scene): Promise<Epoch[]> =>
  world.db("seq_epoch").select("shard", "epoch", "state");

/** Looks at each shard as soon as it is open in another epoch, until all have been. */
async function watchOpenings(scene: Scene, before: readonly Epoch[]): Promise<void> {
  const promised = listAcknowledged(scene);
  const left = new Map(before.map(({ shard, epoch }) => [shard, epoch]));
  await waitUntil(async () => {
    const fresh = (await listEpochs(scene)).filter(
      ({ shard, epoch, state }) => state === "open" && epoch > (left.get(shard) ?? Infinity),
    );
    if (fresh.length > 0) {
      const stored = await listStored(scene);
      const opened = new Set(fresh.map(({ shard }) => shard));
      openings += opened.size;
      openTooEarly.push(
        ...promised.filter(
          (place) => opened.has(shardOf(place.split(":", 1)[0] ?? "", 4)) && !stored.has(place),
        ),
      );
    }
    for (const { shard } of fresh) left.delete(shard);
    return left.size === 0;
  }, watchMs);
}

async function killBoth(scene: Scene, round: number): Promise<void> {
  const { world, load } = scene;
  const [first, second] = world.workers;
  if (!first || !second) throw new Error("two workers are needed");
  const isAwaited = () =>
    world.db("seq_epoch").where("note", "like", "%waiting until what is queued%").first();
  // Of two consumers that one is given the records which has been there longer.
  const deaths = second.deaths;
  await second.restart(crashAt("before-ack", 1));
  first.pause();
  await load.acknowledged(rounds[round] ?? 0);
  const watched = watchOpenings(scene, await listEpochs(scene));
  // Awaited below, unless something else fails first.
  watched.catch(() => undefined);
  await emptyRedis(world);
  await waitUntil(isAwaited);
  first.crash();
  await second.awaitDeaths(deaths + 1, 60_000);
  await first.revived();
  await watched;
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
  expectations() {
    expect(openings).toBe(4 * rounds.length);
    expect(openTooEarly).toEqual([]);
  },
});
