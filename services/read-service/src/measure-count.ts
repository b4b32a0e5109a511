/** What the count in a parent's row has to be now, so that it is exact once everything that waits is added to it. */
import type { Fence, Ledger } from "@parley/common/ledger";
import type { ParentState } from "@parley/common/parent-state";
import type { Knex } from "knex";
import { countShown, listStoredChildren, readCount, type Counted } from "./queries/counts.ts";
import { hasFlush } from "./queries/flush-batches.ts";

const longestPending = 10_000;

type Dependencies = { db: Knex; ledger: Pick<Ledger, "readParent">; fence: Fence };
/** `shown`: how many there are, which `is` comes to with what waits. `left`: too much is pending to say now. */
export type Measured = { is: number; shouldBe: number; shown: number } | "gone" | "left";

/**
 * Stored and not settled yet: each will raise the count when it is, also one that was deleted meanwhile, whose deletion
 * has lowered it. Not one that is not stored yet: it is not among the shown ones either.
 */
async function countUnsettled(db: Knex, counted: Counted, { pending }: ParentState): Promise<number> {
  const stored = await listStoredChildren(
    db,
    counted,
    pending.map(({ number }) => number),
  );
  const byNumber = new Map(stored.map((child) => [child.number, child]));
  return pending.filter(({ uid, number }) => {
    const child = byNumber.get(number);
    return child?.uid === uid && child.state !== "parked" && child.state !== "void";
  }).length;
}

/** A flush that has not committed adds its counts later; one that needs this parent's row waits for its lock. */
async function countFlushing(db: Knex, { flushing }: ParentState): Promise<number> {
  if (!flushing || flushing.count === 0) return 0;
  return (await hasFlush(db, flushing.id)) ? 0 : flushing.count;
}

/**
 * With the lock it is exact, whatever is under way. Without it a difference may only say that something is.
 * @throws Problem unavailable when the shard is closed
 */
export async function measureCount(
  { db, ledger, fence }: Dependencies,
  counted: Counted,
  { lock }: { lock: boolean },
): Promise<Measured> {
  const is = await readCount(db, counted, { lock });
  if (is === undefined) return "gone";
  const state = await ledger.readParent(fence, counted.kind, counted.key, longestPending);
  if (state.pendingTotal > state.pending.length) return "left";
  const flushing = await countFlushing(db, state);
  const unsettled = await countUnsettled(db, counted, state);
  const shown = await countShown(db, counted);
  return { is, shouldBe: shown - state.waiting - flushing - unsettled, shown };
}
