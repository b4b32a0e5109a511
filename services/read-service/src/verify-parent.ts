/** What is wrong with one parent, an application or a chat. */
import type { Fence, Ledger } from "@parley/common/ledger";
import type { Knex } from "knex";
import { continuityOf, readLedgerState, readStored, type Continuity } from "./continuity.ts";
import { inTransaction } from "@parley/common/db";
import { measureCount } from "./measure-count.ts";
import type { Counted } from "./queries/counts.ts";
import { findHighestNumber, listDoubledUids } from "./queries/doubles.ts";
import type { SearchIndex } from "./search/connect.ts";
import { compareIndex } from "./search/verify-index.ts";

export type Fault = { kind: "missing" | "doubled" | "miscounted" | "not indexed"; detail: string };
export type Verified = {
  db: Knex;
  ledger: Pick<Ledger, "readParent">;
  /** Left out, the index is not looked at. */
  search?: Pick<SearchIndex, "findWatermarks" | "listStates"> | undefined;
};
export type Look = { continuity: Continuity; faults: Fault[] };
/** A parent with the change up to which the index should come, as it was when first looked at. */
export type Suspect = { parent: Counted; newestChange: number };

const nameOf = ({ kind, key }: Counted): string =>
  kind === "chats" ? `application ${key}` : `chat ${key.replace(":", " / ")}`;

function listNumbers(numbers: readonly number[], total: number): string {
  const some = numbers.slice(0, 10).join(", ");
  return total > 10 ? `${some} … (${total})` : some;
}

/** The count is exact under the lock only; all else needs none. */
export async function lookAt(
  { db, ledger, search }: Verified,
  fence: Fence,
  { parent, newestChange }: Suspect,
  { lock }: { lock: boolean },
): Promise<Look> {
  const faults: Fault[] = [];
  const report = (kind: Fault["kind"], detail: string): void =>
    void faults.push({ kind, detail: `${nameOf(parent)}: ${detail}` });

  const highest = await findHighestNumber(db, parent);
  const state = await readLedgerState(ledger, fence, parent);
  const continuity = continuityOf(state, await readStored(db, parent, state));
  const { missing, isOpen } = continuity;
  if (missing.total > 0) {
    const numbers = `${parent.kind} ${listNumbers(missing.numbers, missing.total)} missing`;
    report("missing", isOpen ? numbers : `${numbers}, if not lost with Redis: the next create tells`);
  }
  if (state.last !== undefined && state.last < highest) {
    report("doubled", `the counter stands at ${state.last}, though ${highest} is stored`);
  }
  for (const { uid, numbers } of await listDoubledUids(db, parent)) {
    report("doubled", `record ${uid} has the numbers ${listNumbers(numbers, numbers.length)}`);
  }
  if (search && parent.kind === "messages") {
    const wrong = await compareIndex({ db, search }, parent.id, newestChange);
    for (const detail of wrong) report("not indexed", detail);
  }
  // Last, since what is deleted by now has its rows purged.
  const measured = lock
    ? await inTransaction(db, (trx) => measureCount({ db: trx, ledger, fence }, parent, { lock }))
    : await measureCount({ db, ledger, fence }, parent, { lock });
  if (measured === "gone") return { continuity, faults: [] };
  if (measured !== "left" && measured.is !== measured.shouldBe) {
    const { is, shouldBe, shown } = measured;
    const total = shown + is - shouldBe;
    const verb = shown === 1 ? "is" : "are";
    report("miscounted", `${parent.kind}_count comes to ${total}, but ${shown} ${verb} shown`);
  }
  return { continuity, faults };
}
