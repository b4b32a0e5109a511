/** Where every number under a parent is: stored, accepted and not stored yet, void, parked, or nowhere, which is a fault. */
import type { Fence, Ledger } from "@parley/common/ledger";
import type { ParentState } from "@parley/common/parent-state";
import type { Knex } from "knex";
import { inSnapshot } from "@parley/common/db";
import type { Counted } from "./queries/counts.ts";
import { readStoredNumbers, type Gap, type Scope, type StoredNumbers } from "./queries/numbers.ts";

/** The first numbers of a list, and how many there are. */
export type Numbers = { numbers: number[]; total: number };
export type Continuity = {
  head: number;
  /** All numbers from 1 to this one are stored. */
  storedThrough: number;
  pending: Numbers;
  void: Numbers;
  parked: Numbers;
  missing: Numbers;
  /** Whether the counter is open: until then numbers that were lost together with Redis are not void yet. */
  isOpen: boolean;
};

const listed = 1000;
const longestPending = 10_000;
/** Of which at most so many hold pending numbers, and the rest is enough for the list of missing ones. */
const gapsRead = longestPending + listed + 1;
const highestNumber = 2 ** 32 - 1;

export const nothingStored: StoredNumbers = {
  highest: 0,
  count: 0,
  gaps: [],
  void: { numbers: [], total: 0 },
  parked: { numbers: [], total: 0 },
};

/** Beyond it nothing is said: it was given out later, or there are more pending records than are read. */
export function judgedThrough({ last, pending, pendingTotal }: ParentState): number {
  if (pendingTotal > pending.length) return pending.at(-1)?.number ?? 0;
  return last ?? highestNumber;
}

function* numbersIn(gaps: readonly Gap[]): Generator<number> {
  for (const { first, last } of gaps) for (let number = first; number <= last; number += 1) yield number;
}

/** Those of `numbers`, which are in order, that lie in `gaps`, which are, too. */
function onlyIn(gaps: readonly Gap[], numbers: readonly number[]): number[] {
  let i = 0;
  return numbers.filter((number) => {
    while ((gaps[i]?.last ?? Infinity) < number) i += 1;
    return (gaps[i]?.first ?? Infinity) <= number;
  });
}

function firstWithout(gaps: readonly Gap[], known: ReadonlySet<number>): number[] {
  const found: number[] = [];
  for (const number of numbersIn(gaps)) {
    if (found.length === listed) break;
    if (!known.has(number)) found.push(number);
  }
  return found;
}

/** @param stored read after `state`: what left the ledger in between is in MySQL */
export function continuityOf(state: ParentState, stored: StoredNumbers): Continuity {
  const head = state.last ?? Math.max(stored.highest, state.pending.at(-1)?.number ?? 0);
  const judged = Math.min(head, judgedThrough(state));
  const unstored = [...stored.gaps, { first: stored.highest + 1, last: judged }];
  const accepted = new Set(state.pending.map(({ number }) => number));
  const pending = onlyIn(unstored, [...accepted]);
  return {
    head,
    storedThrough: (stored.gaps[0]?.first ?? stored.highest + 1) - 1,
    pending: {
      numbers: pending.slice(0, listed),
      total: pending.length + state.pendingTotal - state.pending.length,
    },
    void: stored.void,
    parked: stored.parked,
    missing: {
      numbers: firstWithout(unstored, new Set(pending)),
      total: Math.max(judged, stored.highest) - stored.count - pending.length,
    },
    isOpen: state.last !== undefined,
  };
}

const scopeOf = ({ kind, id }: Pick<Counted, "kind" | "id">): Scope =>
  kind === "chats"
    ? { table: "chats", parent: { application_id: id, kind: "chat" } }
    : { table: "messages", parent: { chat_id: id } };

export function readLedgerState(
  ledger: Pick<Ledger, "readParent">,
  fence: Fence,
  { kind, key }: Pick<Counted, "kind" | "key">,
): Promise<ParentState> {
  return ledger.readParent(fence, kind, key, longestPending);
}

export function readStored(
  db: Knex,
  parent: Pick<Counted, "kind" | "id">,
  state: ParentState,
): Promise<StoredNumbers> {
  const limits = { through: judgedThrough(state), gaps: gapsRead, listed };
  return inSnapshot(db, (trx) => readStoredNumbers(trx, scopeOf(parent), limits));
}
