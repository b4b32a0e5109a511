/** Sees when a shard's epoch is over, why, and has it recovered: one process at a time per shard, each shard by itself. */
import { setTimeout as pause } from "node:timers/promises";
import { isUnroutable, type Broker } from "@parley/common/broker";
import { isCold, type Fence } from "@parley/common/ledger";
import type { ShardEpoch } from "@parley/common/records";
import { withNamedLock } from "@parley/common/db";
import { publishBatch } from "./publish-batch.ts";
import { findEpoch, listEpochs } from "./queries/epochs.ts";
import { recover, type RecoveryDependencies } from "./recovery.ts";

const watchMs = 250;
const failurePauseMs = 1000;
const routeCheckMs = 2000;
/** Each takes two connections to MySQL, which the consumers need as well. */
const recoveriesAtOnce = 4;

const interrupted = "a recovery was interrupted";

/** Why a recovery begins where another has not ended, with the reason of that one. */
function reasonAfter({ epoch, note = "" }: ShardEpoch): string {
  if (epoch === 0) return "first start";
  const [before = ""] = note.split(";");
  if (before.startsWith(interrupted)) return before;
  return before === "" ? interrupted : `${interrupted} (${before})`;
}

/** Whether the broker has a queue for the epoch; an empty batch asks it. */
async function isRouted(broker: Pick<Broker, "publish">, fence: Fence): Promise<boolean> {
  try {
    await publishBatch(broker, fence, []);
    return true;
  } catch (err) {
    if (isUnroutable(err)) return false;
    throw err;
  }
}

type Dependencies = RecoveryDependencies & {
  /** Told when a shard has been opened here. */
  onOpened?: () => Promise<void>;
};

/** Returns its stop. */
export function startWatchingShards(dependencies: Dependencies): () => Promise<void> {
  const { db, ledger, broker, log, onOpened } = dependencies;
  const routeSeenAt = new Map<number, number>();
  const met = new Set<number>();
  const watched = new Map<number, Promise<unknown>>();
  let recovering = 0;
  let stopped = false;

  /** Of two versions that run side by side the one that came last has its scripts: they must not take turns for ever. */
  async function lacksScripts({ shard, epoch }: Fence): Promise<boolean> {
    if (met.has(shard)) return false;
    if (!(await ledger.recovery.hasScripts({ shard, epoch }))) return true;
    met.add(shard);
    return false;
  }

  /** Why the shard is to be recovered: it is not open in MySQL, in Redis or, asked less often, at the broker. */
  async function findReason(shard: ShardEpoch): Promise<string | undefined> {
    if (shard.state !== "open") return reasonAfter(shard);
    const isKnown = await ledger.isOpen(shard, "").then(
      () => true,
      (err: unknown) => {
        if (isCold(err)) return false;
        throw err;
      },
    );
    if (!isKnown) return "Redis was restarted or emptied";
    if (await lacksScripts(shard)) return "another version has opened this epoch";
    if (performance.now() - (routeSeenAt.get(shard.shard) ?? -Infinity) < routeCheckMs) return undefined;
    if (!(await isRouted(broker, shard))) return "the broker has no queue for this epoch";
    routeSeenAt.set(shard.shard, performance.now());
    return undefined;
  }

  async function recoverAlone({ shard }: ShardEpoch): Promise<void> {
    await withNamedLock(db, `parley-recovery-${shard}`, 0, async () => {
      const current = await findEpoch(db, shard);
      const reason = current && (await findReason(current));
      if (!current || !reason) return;
      await recover(dependencies, current, reason);
      await onOpened?.();
    });
  }

  async function watch(shard: ShardEpoch): Promise<void> {
    // An epoch must not be raised in vain: each is unbound again by the next.
    if (!ledger.isConnected() || !broker.isReady() || !(await findReason(shard))) return;
    if (recovering === recoveriesAtOnce) return;
    recovering += 1;
    await recoverAlone(shard).finally(() => (recovering -= 1));
  }

  /** One that cannot be recovered now keeps nobody from looking after the others. */
  function watchAside(shard: ShardEpoch): void {
    if (watched.has(shard.shard)) return;
    const watching = watch(shard)
      .catch((err: unknown) => {
        log.warn({ err, shard: shard.shard }, "shard cannot be watched or recovered now, will try again");
        return pause(failurePauseMs);
      })
      .finally(() => watched.delete(shard.shard));
    watched.set(shard.shard, watching);
  }

  async function run(): Promise<void> {
    while (!stopped) {
      try {
        for (const shard of await listEpochs(db)) watchAside(shard);
      } catch (err) {
        log.warn({ err }, "shards cannot be watched now, will try again");
        await pause(failurePauseMs);
      }
      await pause(watchMs);
    }
    await Promise.all(watched.values());
  }
  const running = run();
  return async () => {
    stopped = true;
    await Promise.race([running, pause(1000)]);
  };
}
