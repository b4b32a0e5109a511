/** What a row of the fault suite prints. */
import type { Verdict } from "./facts.ts";

export type Summary = {
  row: string;
  acknowledged: number;
  lost: number;
  doubled: number;
  renumbered: number;
  altered: number;
  holes: number;
  void: number;
  /** The longest time without any acknowledgement from the fault on. */
  "closed ms": number;
  /** From the healing to the next acknowledgement. */
  "back after ms": number;
};
type Moments = { acknowledgedAt: readonly number[]; faultAt: number; healedAt: number };

export function summarize(row: string, verdict: Verdict, moments: Moments): Summary {
  const { acknowledgedAt, faultAt, healedAt } = moments;
  const { wrongs, acknowledged, voids } = verdict;
  let closed = 0;
  let last = faultAt;
  for (const at of acknowledgedAt) {
    if (at < faultAt) continue;
    closed = Math.max(closed, at - last);
    last = at;
  }
  const back = acknowledgedAt.find((at) => at >= healedAt) ?? Infinity;
  return {
    row,
    acknowledged,
    lost: wrongs.lost.length,
    doubled: wrongs.duplicated.length,
    renumbered: wrongs.renumbered.length,
    altered: wrongs.altered.length,
    holes: wrongs.holes.length,
    void: voids,
    "closed ms": Math.round(closed),
    "back after ms": Math.round(back - healedAt),
  };
}
