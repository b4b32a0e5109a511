/** What used the processors in between: with much for others, timings tell of a busy machine and not of the product. */
import { cpus } from "node:os";
import type { Context } from "../workload.ts";

const total = (parts: readonly number[]): number => parts.reduce((sum, part) => sum + part, 0);

/** So far, of all processors and all programs. */
const busySeconds = (): number =>
  total(cpus().map(({ times: { user, nice, sys, irq } }) => (user + nice + sys + irq) / 1000));

/** What it returns tells the seconds of processor time since then, in words. */
export function watchCpu(cpuSeconds: Context["cpuSeconds"]): () => string {
  const [before, busyBefore] = [cpuSeconds(), busySeconds()];
  return () => {
    const used = Object.entries(cpuSeconds()).map(
      ([name, now]) => [name, now - (before[name] ?? 0)] as const,
    );
    const others = busySeconds() - busyBefore - total(used.map(([, seconds]) => seconds));
    return [...used, ["others on this machine", others] as const]
      .filter(([, seconds]) => seconds >= 0.05)
      .map(([name, seconds]) => `${name} ${seconds.toFixed(1)}`)
      .join(", ");
  };
}
