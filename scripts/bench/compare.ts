/** Runs product and baseline in turn, and makes medians and ranges of what comes out. */
import type { Context, Run, Sides, Workload } from "./workload.ts";

const WARM_UP_SECONDS = 3;

export interface Spread {
  median: number;
  lowest: number;
  highest: number;
}

export interface Side {
  perSecond: Spread;
  p50: Spread;
  p99: Spread;
  /** Of all servers, in microseconds per request, until everything is done that the requests caused. */
  cpu: Spread;
  cpuByServer: Record<string, Spread>;
  facts: Record<string, Spread>;
}

export interface Comparison {
  id: string;
  title: string;
  aim: number;
  product: Side;
  baseline: Side;
  ratio: Spread;
  /** With any of them the figures are void. */
  faults: string[];
}

/** In the middle, or between the two that are. */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (place: number): number => sorted[place] ?? NaN;
  const half = (sorted.length - 1) / 2;
  return {
    median: (at(Math.floor(half)) + at(Math.ceil(half))) / 2,
    lowest: at(0),
    highest: at(sorted.length - 1),
  };
}

type Measured = Run & { cpuByServer: Record<string, number> };

const total = (parts: Record<string, number>): number =>
  Object.values(parts).reduce((sum, part) => sum + part, 0);

function spreadsOf(records: readonly Record<string, number>[]): Record<string, Spread> {
  const names = Object.keys(records[0] ?? {});
  return Object.fromEntries(
    names.map((name) => [name, spreadOf(records.map((record) => record[name] ?? NaN))]),
  );
}

function sideOf(runs: readonly Measured[]): Side {
  return {
    perSecond: spreadOf(runs.map(({ perSecond }) => perSecond)),
    p50: spreadOf(runs.map(({ p50 }) => p50)),
    p99: spreadOf(runs.map(({ p99 }) => p99)),
    cpu: spreadOf(runs.map(({ cpuByServer }) => total(cpuByServer))),
    cpuByServer: spreadsOf(runs.map(({ cpuByServer }) => cpuByServer)),
    facts: spreadsOf(runs.map(({ facts }) => facts)),
  };
}

/** A, B, A, B, …: what else the machine does falls on both. */
async function runRounds(
  sides: Sides,
  { cpuSeconds }: Context,
  { rounds, seconds }: { rounds: number; seconds: number },
) {
  const measure = async (run: Sides["product"], length: number): Promise<Measured> => {
    const before = cpuSeconds();
    const done = await run(length);
    const used = Object.entries(cpuSeconds()).map(([name, seconds]) => {
      const microseconds = (seconds - (before[name] ?? 0)) * 1e6;
      return [name, microseconds / done.replies] as const;
    });
    return { ...done, cpuByServer: Object.fromEntries(used) };
  };
  const product: Measured[] = [];
  const baseline: Measured[] = [];
  const warmUp = Math.min(WARM_UP_SECONDS, seconds);
  const warmUps = [await sides.product(warmUp), await sides.baseline(warmUp)];
  for (let round = 1; round <= rounds; round += 1) {
    const first = await measure(sides.product, seconds);
    const second = await measure(sides.baseline, seconds);
    product.push(first);
    baseline.push(second);
    console.log(`    round ${round}: ${first.perSecond.toFixed(0)}/s : ${second.perSecond.toFixed(0)}/s`);
  }
  return { product, baseline, faults: [...warmUps, ...product, ...baseline].flatMap(({ faults }) => faults) };
}

export async function compare(
  { id, title, aim, prepare }: Workload,
  context: Context,
  options: { rounds: number; seconds: number },
): Promise<Comparison> {
  const sides = await prepare(context);
  try {
    console.log(`  ${id} ${title}`);
    const { product, baseline, faults } = await runRounds(sides, context, options);
    const ratios = product.map(({ perSecond }, i) => perSecond / (baseline[i]?.perSecond ?? NaN));
    return {
      id,
      title,
      aim,
      product: sideOf(product),
      baseline: sideOf(baseline),
      ratio: spreadOf(ratios),
      faults,
    };
  } finally {
    await sides.stop();
  }
}
