/** What `npm run status` tells of the numbering: each shard's epoch by MySQL, and what waits in Redis. */
import { connectLedger } from "@parley/common/ledger";
import { createLogger } from "@parley/common/log";

interface Epoch {
  shard: number;
  epoch: number;
  state: string;
  note?: string;
  changed_at?: string;
}
interface Waiting {
  records: number;
  bytes: number;
  unconfirmed: number;
}
interface Places {
  readService: string;
  redis: string;
}

export interface Shard extends Epoch, Partial<Waiting> {}

/** The shards, and which of the stores could not tell of them. */
export async function readShards({
  readService,
  redis,
}: Places): Promise<{ shards: Shard[]; away: string[] }> {
  const away: string[] = [];
  const epochs = await fetchEpochs(readService).catch((error: Error) => {
    away.push(error.message);
    return [];
  });
  const waiting = await measure(
    redis,
    epochs.map(({ shard }) => shard),
  ).catch(() => {
    away.push("Redis does not answer: what waits in it is not known");
    return [];
  });
  return { shards: epochs.map((epoch, i) => ({ ...epoch, ...waiting[i] })), away };
}

async function fetchEpochs(readService: string): Promise<Epoch[]> {
  const options = { signal: AbortSignal.timeout(5000) };
  const response = await fetch(`${readService}/internal/epochs`, options).catch(() => undefined);
  if (!response) throw new Error("read-service does not answer: the epochs are not known");
  if (!response.ok) throw new Error("MySQL does not answer: the epochs are not known");
  return (await response.json()) as Epoch[];
}

async function measure(url: string, shards: number[]): Promise<Waiting[]> {
  const ledger = connectLedger({ url, log: createLogger("status", "silent"), refuseUnsafe: () => undefined });
  try {
    await ledger.answered;
    if (!ledger.isConnected()) throw new Error("Redis does not answer");
    return await Promise.all(shards.map((shard) => ledger.measure(shard)));
  } finally {
    await ledger.stop();
  }
}
