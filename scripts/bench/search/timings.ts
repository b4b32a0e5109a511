/** How long requests take one after the other, and how many there are in a second when many wait. */
import { spreadOf } from "../compare.ts";

export interface Timings {
  "median ms": string;
  "p99 ms": string;
}

const show = (ms: number): string => ms.toFixed(ms < 10 ? 2 : 0);

export function p99Of(ms: readonly number[]): number {
  return ms.toSorted((a, b) => a - b)[Math.ceil(ms.length * 0.99) - 1] ?? NaN;
}

export function showTimings(ms: readonly number[]): Timings {
  return { "median ms": show(spreadOf(ms).median), "p99 ms": show(p99Of(ms)) };
}

export async function timeOf(act: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await act();
  return performance.now() - startedAt;
}

/** By so many at once, in a second. */
export async function throughputOf(
  acts: readonly (() => Promise<unknown>)[],
  atOnce: number,
): Promise<number> {
  const waiting = [...acts];
  const ms = await timeOf(() =>
    Promise.all(
      Array.from({ length: atOnce }, async () => {
        for (let act = waiting.pop(); act; act = waiting.pop()) await act();
      }),
    ),
  );
  return (1000 * acts.length) / ms;
}
