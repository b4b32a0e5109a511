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
  /** Per shard, the newest epoch that the ledger or the broker has called over. */
  const over = new Map<number, number>();
  let askedAt = 0;
  let asking = false;

  const isOpen = ({ shard, epoch, state }: ShardEpoch): boolean =>
    state === "open" && epoch > (over.get(shard) ?? 0);

  async function ask(): Promise<void> {
    asking = true;
    askedAt = Date.now();
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
    if (!asking && (!allOpen || Date.now() - askedAt >= openPollMs)) void ask();
  };
  const timer = setInterval(tick, closedPollMs);
  tick();

  function fenceOf(shard: number): Fence {
    const found = shards[shard];
    if (!found || !isOpen(found)) {
      throw problem("unavailable", "The numbering of this application is being recovered.");
    }
    return found;
  }

  return {
    /** @throws Problem unavailable while the shard is closed */
    fenceOf,

    shardFor: (token: string): number => shardOf(token, Math.max(shards.length, 1)),

    /**
     * The fence under which an application's records are numbered now.
     * @throws Problem unavailable while its shard is closed
     */
    fenceFor: (token: string): Fence => fenceOf(shardOf(token, Math.max(shards.length, 1))),

    /**
     * The fences of all shards.
     * @throws Problem unavailable while any is closed
     */
    fences(): Fence[] {
      if (shards.length === 0) throw problem("unavailable", "The numbering is being recovered.");
      return shards.map(({ shard }) => fenceOf(shard));
    },

    /** The epoch is over: the shard stays closed until a later one is heard of. */
    markOver({ shard, epoch }: Fence): void {
      if (epoch <= (over.get(shard) ?? 0)) return;
      over.set(shard, epoch);
      log.warn({ shard, epoch }, "epoch is over, waiting for the next");
    },

    /** Shards that are closed now. */
    closed: (): number[] => shards.filter((shard) => !isOpen(shard)).map(({ shard }) => shard),
    isKnown: (): boolean => shards.length > 0,
    stop: (): void => clearInterval(timer),
  };
}
