/** What `npm run status` tells of the numbering: each shard's epoch by MySQL, and what waits in Redis. */
import { connectLedger } from "@parley/common/ledger";
import { createLogger } from "@parley/common/log";
import { ShardEpochs, type ShardEpoch } from "@parley/common/records";
import { lookAtShards, type Shard } from "../services/read-service/src/shards.ts";

export type { Shard };
interface Places {
  readService: string;
  redis: string;
}

/** The shards, and which of the stores could not tell of them. */
export async function readShards({
  readService,
  redis,
}: Places): Promise<{ shards: Shard[]; away: string[] }> {
  const away: string[] = [];
  const ledger = connectLedger({
    url: redis,
    log: createLogger("status", "silent"),
    refuseUnsafe: () => undefined,
  });
  try {
    await ledger.answered;
    if (!ledger.isConnected()) away.push("Redis does not answer: what waits in it is not known");
    const { shards } = await lookAtShards({
      listEpochs: async () => {
        try {
          return await fetchEpochs(readService);
        } catch (error) {
          away.push((error as Error).message);
          return [];
        }
      },
      measure: (shard) => ledger.measure(shard),
    });
    return { shards, away };
  } finally {
    await ledger.stop();
  }
}

async function fetchEpochs(readService: string): Promise<ShardEpoch[]> {
  const options = { signal: AbortSignal.timeout(5000) };
  const response = await fetch(`${readService}/internal/epochs`, options).catch(() => undefined);
  if (!response) throw new Error("read-service does not answer: the epochs are not known");
  if (!response.ok) throw new Error("MySQL does not answer: the epochs are not known");
  return ShardEpochs.parse(await response.json());
}
