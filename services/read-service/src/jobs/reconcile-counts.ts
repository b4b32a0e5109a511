/** Counts anew what the counts in the rows should be: nightly everything, and a shard whose Redis has lost its data. */
import type { Epochs } from "@parley/common/epochs";
import { isCold, type Fence, type Ledger } from "@parley/common/ledger";
import type { Logger } from "@parley/common/log";
import type { Knex } from "knex";
import { inTransaction } from "@parley/common/db";
import { measureCount } from "../measure-count.ts";
import { listCountedApplications, listCountedChats, writeCount, type Counted } from "../queries/counts.ts";
import { forEachOpenShard } from "./each-shard.ts";

const parentsAtOnce = 500;
const againMs = 60_000;

type Dependencies = {
  db: Knex;
  ledger: Pick<Ledger, "readParent" | "isRecounted" | "markRecounted">;
  epochs: Epochs;
  log: Logger;
};

async function* listAll(db: Knex): AsyncGenerator<Counted> {
  for (const list of [listCountedApplications, listCountedChats]) {
    for (let after = 0; ;) {
      const page = await list(db, { after, limit: parentsAtOnce });
      yield* page;
      const last = page.at(-1);
      if (last === undefined) break;
      after = last.id;
    }
  }
}

/** One parent, with its row locked: all that adds to its count or to its rows waits for that lock. */
function reconcile(
  { db, ledger }: Pick<Dependencies, "db" | "ledger">,
  fence: Fence,
  counted: Counted,
): Promise<"right" | "corrected" | "left"> {
  return inTransaction(db, async (trx) => {
    const measured = await measureCount({ db: trx, ledger, fence }, counted, { lock: true });
    if (measured === "left") return "left";
    if (measured === "gone" || measured.is === measured.shouldBe) return "right";
    await writeCount(trx, counted, measured.shouldBe);
    return "corrected";
  });
}

/** `done`: shards that were counted to the end; `left`: with too much pending. One that closes meanwhile is neither. */
async function reconcileShards(
  { db, ledger, epochs, log }: Dependencies,
  fences: readonly Fence[],
): Promise<{ done: Fence[]; left: ReadonlySet<number> }> {
  const counting = new Map(fences.map((fence) => [fence.shard, fence]));
  const left = new Set<number>();
  let corrected = 0;
  for await (const counted of listAll(db)) {
    const fence = counting.get(epochs.shardFor(counted.token));
    if (!fence) continue;
    try {
      const outcome = await reconcile({ db, ledger }, fence, counted);
      if (outcome === "corrected") corrected += 1;
      if (outcome === "left") left.add(fence.shard);
    } catch (err) {
      if (isCold(err)) epochs.markOver(fence);
      else log.warn({ err, shard: fence.shard }, "counts not reconciled, will come again");
      counting.delete(fence.shard);
    }
  }
  if (corrected > 0) log.warn({ corrected }, "counts were wrong and are corrected");
  return { done: [...counting.values()].filter(({ shard }) => !left.has(shard)), left };
}

/** All open shards. What has too much pending is left to the next run. */
export async function reconcileCounts(dependencies: Dependencies): Promise<void> {
  await reconcileShards(dependencies, dependencies.epochs.openFences());
}

/**
 * Shards whose Redis began empty: counts that waited in the lost one are in no row. One with too much pending is looked at
 * again only after a while: it has better things to do.
 */
export function createReconcileEmptied(dependencies: Dependencies): () => Promise<void> {
  const { ledger, epochs, log } = dependencies;
  const notBefore = new Map<number, number>();

  return async () => {
    const emptied: Fence[] = [];
    await forEachOpenShard({ epochs, log }, async (fence) => {
      if ((notBefore.get(fence.shard) ?? 0) > performance.now() || (await ledger.isRecounted(fence))) return;
      emptied.push(fence);
    });
    if (emptied.length === 0) return;
    const { done, left } = await reconcileShards(dependencies, emptied);
    for (const shard of left) notBefore.set(shard, performance.now() + againMs);
    for (const fence of done) await ledger.markRecounted(fence);
  };
}
