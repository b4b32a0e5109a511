/** The shards as people look at them: each one's epoch as MySQL has it, and what waits in Redis. */
import type { Measured } from "@parley/common/ledger";
import type { ShardEpoch } from "@parley/common/records";

export type Shard = Partial<ShardEpoch> & Partial<Measured> & { shard: number };
type Sources = {
  listEpochs: () => Promise<ShardEpoch[]>;
  measure: (shard: number) => Promise<Measured>;
  /** How many there are, where that is known without MySQL. */
  shards?: number;
};

/** `untold`: what could not be said of them. */
export async function lookAtShards({ listEpochs, measure, shards: known = 0 }: Sources) {
  const untold: ("epochs" | "outbox")[] = [];
  const bare: Shard[] = Array.from({ length: known }, (_, shard) => ({ shard }));
  const epochs: Shard[] = await listEpochs().catch(() => {
    untold.push("epochs");
    return bare;
  });
  const waiting = await Promise.all(epochs.map(({ shard }) => measure(shard))).catch(() => {
    untold.push("outbox");
    return [];
  });
  return { shards: epochs.map((epoch, i): Shard => ({ ...epoch, ...waiting[i] })), untold };
}
