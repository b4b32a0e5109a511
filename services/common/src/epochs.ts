/** Which epoch each shard is in, as last heard; the ledger's fences make a late hearing harmless. */
import type { Fence } from "./ledger.ts";
import type { Logger } from "./log.ts";
import { problem } from "./problem.ts";
import { shardOf, type ShardEpoch } from "./records.ts";

const closedPollMs = 100;
const openPollMs = 5000;

export type Epochs = ReturnType<typeof startEpochs>;

/** Asks `fetchEpochs` often while a shard is closed, and seldom while all are open. */
export function startEpochs({ fetchEpochs, log }: { fetchEpochs: () => Promise<ShardEpoch[]>; log: Logger }) {
  let shards: ShardEpoch[] = [];
  /** Per shard, the newest epoch that the ledger or the broker has called over, and until when that is believed. */
  const over = new Map<number, { epoch: number; until: number }>();
  let askedAt = 0;
  let asking = false;

  const isOpen = ({ shard, epoch, state }: ShardEpoch): boolean => {
    const ended = over.get(shard);
    return state === "open" && (!ended || epoch > ended.epoch || performance.now() > ended.until);
  };

  async function ask(): Promise<void> {
    asking = true;
    askedAt = performance.now();
    try {
      shards = await fetchEpochs();
    } catch (err) {
      log.debug({ err }, "epochs could not be read, will ask again");
    } finally {
      asking = false;
    }
  }
  const tick = (): void => {
    const allOpen = shards.length > 0 && shards.every(isOpen);
    if (!asking && (!allOpen || performance.now() - askedAt >= openPollMs)) void ask();
  };
  const timer = setInterval(tick, closedPollMs);
  const asked = ask();

  function fenceOf(shard: number): Fence {
    const found = shards[shard];
    if (!found || !isOpen(found)) {
      throw problem("unavailable", "The numbering of this application is being recovered.");
    }
    return found;
  }

  function shardFor(token: string): number {
    if (shards.length === 0) throw problem("unavailable", "The numbering is not known yet.");
    return shardOf(token, shards.length);
  }

  return {
    /** Resolves when they were asked for once, whatever came of it. */
    asked,

    /** @throws Problem unavailable while the shard is closed */
    fenceOf,

    /** @throws Problem unavailable before it is known how many shards there are */
    shardFor,

    /**
     * The fence under which an application's records are numbered now.
     * @throws Problem unavailable while its shard is closed
     */
    fenceFor: (token: string): Fence => fenceOf(shardFor(token)),

    /**
     * The fences of all shards.
     * @throws Problem unavailable while any is closed
     */
    fences(): Fence[] {
      if (shards.length === 0) throw problem("unavailable", "The numbering is being recovered.");
      return shards.map(({ shard }) => fenceOf(shard));
    },

    /** The fences of those shards that are open: what jobs go by. */
    openFences: (): Fence[] => shards.filter(isOpen),

    /** The epoch is over: the shard stays closed until a later one is heard of, or for `ms`. */
    markOver({ shard, epoch }: Fence, ms = Infinity): void {
      const ended = over.get(shard);
      if (ended && (epoch < ended.epoch || (epoch === ended.epoch && ended.until === Infinity))) return;
      over.set(shard, { epoch, until: performance.now() + ms });
      log.warn({ shard, epoch }, "epoch is over, waiting for the next");
    },

    /** Asks at once. */
    refresh: ask,

    isClosed: (token: string): boolean =>
      !shards.some((one) => one.shard === shardOf(token, shards.length) && isOpen(one)),

    /** Shards that are closed now, as last heard. */
    closed: (): ShardEpoch[] => shards.filter((shard) => !isOpen(shard)),
    isKnown: (): boolean => shards.length > 0,
    stop: (): void => clearInterval(timer),
  };
}
