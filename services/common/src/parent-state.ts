/** What the ledger knows of a parent's children, all of one moment. */
import { z } from "zod";

/**
 * `last`: the last number given, when the parent is open in this epoch. `waiting` and `flushing`: counts that are not in
 * MySQL yet, or, those in a flush, perhaps not. `pending`: the records with the lowest numbers, out of `pendingTotal`.
 */
export type ParentState = {
  last: number | undefined;
  waiting: number;
  flushing: { id: string; count: number } | undefined;
  pending: { uid: string; number: number }[];
  pendingTotal: number;
};
export type CountedKind = "chats" | "messages";

const Field = z.string().nullable();
const Reply = z.tuple([Field, Field, Field, Field, z.number(), z.array(z.string())]);

/** @param reply of parent-state.lua */
export function parseParentState(reply: unknown): ParentState {
  const [last, waiting, flushId, flushing, pendingTotal, pairs] = Reply.parse(reply);
  return {
    last: last === null || last === "deleted" ? undefined : Number(last),
    waiting: Number(waiting ?? 0),
    flushing: flushId === null ? undefined : { id: flushId, count: Number(flushing ?? 0) },
    pending: pairs.flatMap((uid, i) => (i % 2 === 0 ? [{ uid, number: Number(pairs[i + 1]) }] : [])),
    pendingTotal,
  };
}
