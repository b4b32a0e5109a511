/** A chat's numbers as a strip of states, from the continuity report. */
import type { Continuity } from "@parley/client";

/** The most troubling comes last: a piece of the strip that stands for several numbers shows the worst of them. */
export const states = ["indexed", "stored", "void", "pending", "parked", "missing"] as const;
export type State = (typeof states)[number];
export type Run = { from: number; to: number; state: State };

const piecesAtMost = 240;

/** The worst state of each piece, with equal neighbours as one. */
export function runsOf(report: Continuity): Run[] {
  const { head_number: head } = report;
  const listed = new Map<number, State>();
  for (const state of ["void", "pending", "parked", "missing"] as const) {
    for (const number of report[state]) listed.set(number, state);
  }
  const size = Math.max(1, Math.ceil(head / piecesAtMost));
  const exceptions = Map.groupBy(listed, ([number]) => Math.floor((number - 1) / size));
  const runs: Run[] = [];
  for (let from = 1; from <= head; from += size) {
    const to = Math.min(head, from + size - 1);
    const plain: State = to <= (report.indexed_through ?? 0) ? "indexed" : "stored";
    const others = (exceptions.get((from - 1) / size) ?? []).map(([, state]) => state);
    // Where all of a piece is void, nothing of it is stored.
    const found = others.length === to - from + 1 ? others : [plain, ...others];
    const state = found.reduce((worst, one) => (states.indexOf(one) > states.indexOf(worst) ? one : worst));
    const last = runs.at(-1);
    if (last?.state === state) last.to = to;
    else runs.push({ from, to, state });
  }
  return runs;
}

/** As people write them: 1–3, 7. */
export function toRanges(numbers: readonly number[], atMost = 12): string {
  const ranges: [number, number][] = [];
  for (const number of numbers) {
    const last = ranges.at(-1);
    if (last && number === last[1] + 1) last[1] = number;
    else ranges.push([number, number]);
  }
  const shown = ranges.slice(0, atMost).map(([from, to]) => (from === to ? `${from}` : `${from}–${to}`));
  return `${shown.join(", ")}${ranges.length > atMost ? ", …" : ""}`;
}
