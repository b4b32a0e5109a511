/** A chat's continuity report: a strip of its numbers by what has become of each, and the same in words. */
import type { Continuity as Report } from "@parley/client";
import { CircleCheck, TriangleAlert } from "lucide-react";
import { formatNumber } from "./chart.tsx";
import { runsOf, states, toRanges, type State } from "./numbers.ts";

const looks: Record<State, { fill: string; label: string }> = {
  indexed: { fill: "fill-emerald-600 bg-emerald-600", label: "stored, and found by search" },
  stored: { fill: "fill-sky-500 bg-sky-500", label: "stored" },
  void: { fill: "fill-zinc-400 bg-zinc-400", label: "void: stands for nothing" },
  pending: { fill: "fill-amber-400 bg-amber-400", label: "accepted, not stored yet" },
  parked: { fill: "fill-purple-600 bg-purple-600", label: "parked: could not be stored" },
  missing: { fill: "fill-red-600 bg-red-600", label: "missing" },
};

export function Continuity({ report }: { report: Report }) {
  const { head_number: head, totals } = report;
  if (head === 0) {
    return (
      <p className="text-sm text-zinc-600 dark:text-zinc-400">No message yet: no number has been given.</p>
    );
  }
  const isWhole = totals.missing === 0;
  return (
    <div className="space-y-4">
      <p
        className={`flex items-center gap-2 text-sm font-medium ${isWhole ? "" : "text-red-700 dark:text-red-300"}`}
      >
        {isWhole ? (
          <CircleCheck className="size-4 text-emerald-600" aria-hidden />
        ) : (
          <TriangleAlert className="size-4" aria-hidden />
        )}
        {isWhole
          ? `No number is missing from 1 to ${formatNumber(head)}.`
          : `Missing numbers: ${formatNumber(totals.missing)}.`}
      </p>
      <Strip report={report} />
      <Words report={report} />
    </div>
  );
}

function Strip({ report }: { report: Report }) {
  const { head_number: head } = report;
  const runs = runsOf(report);
  return (
    <div>
      <svg
        role="img"
        aria-label={`Numbers 1 to ${head}: ${runs
          .slice(0, 20)
          .map(({ from, to, state }) => `${from} to ${to} ${looks[state].label}`)
          .join("; ")}`}
        viewBox={`0 0 ${head} 1`}
        preserveAspectRatio="none"
        className="h-10 w-full rounded-lg"
      >
        {runs.map(({ from, to, state }) => (
          <rect key={from} x={from - 1} y={0} width={to - from + 1} height={1} className={looks[state].fill}>
            <title>{`${from === to ? from : `${from}–${to}`}: ${looks[state].label}`}</title>
          </rect>
        ))}
      </svg>
      <div aria-hidden className="flex justify-between text-xs text-zinc-600 tabular-nums dark:text-zinc-400">
        <span>1</span>
        <span>{formatNumber(head)}</span>
      </div>
    </div>
  );
}

function Words({ report }: { report: Report }) {
  const { head_number: head, stored_through: stored, indexed_through: indexed, totals } = report;
  const told: Record<State, string> = {
    indexed: indexed === undefined ? "the index does not say" : `all through ${formatNumber(indexed)}`,
    stored: `all through ${formatNumber(stored)} of ${formatNumber(head)}`,
    void: describeSome(report.void, totals.void),
    pending: describeSome(report.pending, totals.pending),
    parked: describeSome(report.parked, totals.parked),
    missing: describeSome(report.missing, totals.missing),
  };
  return (
    <dl className="grid gap-x-6 gap-y-2 text-sm sm:grid-cols-2">
      {states.map((state) => (
        <div key={state} className="flex items-baseline gap-2">
          <span aria-hidden className={`size-3 shrink-0 rounded-sm ${looks[state].fill}`} />
          <dt>{looks[state].label}:</dt>
          <dd className="font-medium tabular-nums">{told[state]}</dd>
        </div>
      ))}
    </dl>
  );
}

const describeSome = (numbers: readonly number[], total: number): string =>
  total === 0 ? "none" : `${total} (${toRanges(numbers)})`;
