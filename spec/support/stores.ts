/** Single real stores for specs of one part: an open ledger, a broker, a migrated database. */
import { connectBroker, type Broker } from "@parley/common/broker";
import type { Epochs } from "@parley/common/epochs";
import { connectLedger, type Fence, type Ledger } from "@parley/common/ledger";
import { createLogger } from "@parley/common/log";
import type { Draft, ParleyRecord } from "@parley/common/records";
import type { RefuseUnsafe } from "@parley/common/unsafe-stores";
import { Redis } from "ioredis";
import { v4 as uuid } from "uuid";
import { freeTestPort } from "../../scripts/servers/ports.ts";
import { startRedis } from "../../scripts/servers/redis.ts";
import { createVhost, makeFolder } from "./shared-stores.ts";
import { waitUntil } from "./wait-until.ts";

export const quiet = createLogger("spec", "silent");
const refuseUnsafe: RefuseUnsafe = (faults) => {
  if (faults.length > 0) throw new Error(faults.join("\n"));
};

/** A Redis of its own, since scripts and restarts are seen by everybody who shares one. */
export async function startOwnRedis() {
  const dataFolder = makeFolder("redis");
  const server = await startRedis({ dataFolder, port: await freeTestPort(), password: "spec" });
  const redis = new Redis(server.url);
  return {
    url: server.url,
    redis,
    stop: async () => {
      redis.disconnect();
      await server.stop();
    },
  };
}

/** A ledger whose shards are opened by hand, as the recovery's leader would. */
export async function openLedger(
  url: string,
  fences: readonly Fence[],
  outboxBytes = Number.MAX_SAFE_INTEGER,
): Promise<Ledger> {
  const ledger = connectLedger({ url, outboxBytes, log: quiet, refuseUnsafe });
  await waitUntil(() => ledger.isConnected());
  for (const fence of fences) await beginEpoch(ledger, fence);
  return ledger;
}

export async function beginEpoch(ledger: Ledger, fence: Fence, storedKeys = false): Promise<void> {
  await ledger.recovery.announce(fence);
  await ledger.recovery.loadScripts(fence);
  await ledger.recovery.begin(fence, { storedKeys });
}

/** Epochs as they are, without anybody to ask. */
export function fixedEpochs(fences: readonly Fence[]): Epochs {
  const fenceOf = (shard: number): Fence => fences[shard] ?? { shard, epoch: 0 };
  return {
    asked: Promise.resolve(),
    fenceOf,
    shardFor: () => 0,
    fenceFor: () => fenceOf(0),
    fences: () => [...fences],
    openFences: () => [...fences],
    refresh: async () => undefined,
    isClosed: () => false,
    markOver: () => undefined,
    closed: () => [],
    isKnown: () => true,
    stop: () => undefined,
  };
}

/** A broker in this worker's vhost, with the product's exchanges and queues. */
export async function startBroker(): Promise<Broker> {
  const broker = await connectBroker({ url: await createVhost(), log: quiet, refuseUnsafe });
  await broker.declare(4, true);
  await waitUntil(() => broker.isReady());
  return broker;
}

/** Numbers drafts and leaves them in the outbox, as create-service does before it publishes. */
export async function acceptDrafts(
  ledger: Ledger,
  fence: Fence,
  drafts: readonly Draft[],
): Promise<ParleyRecord[]> {
  const requests = drafts.map((draft) => ({ draft, json: JSON.stringify(draft) }));
  const allotments = await ledger.allot(fence, uuid(), requests);
  return drafts.map((draft, i) => {
    const allotment = allotments[i];
    if (!allotment || "refused" in allotment) throw new Error(`refused: ${JSON.stringify(allotment)}`);
    return (draft.kind === "application" ? draft : { ...draft, ...allotment }) as ParleyRecord;
  });
}
