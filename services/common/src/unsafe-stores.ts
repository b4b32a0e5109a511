/** A store that may lose what it has confirmed is not worked with: the process says why, and ends. */
import type { Logger } from "./log.ts";

/** Takes what is wrong with a store, each a sentence with its remedy. Comes back only when that is to be borne. */
export type RefuseUnsafe = (faults: readonly string[]) => void;

type Options = { allowed: boolean; log: Pick<Logger, "warn"> };

/** Whoever supervises the process starts it again, so that the sentence is in the log each time. */
export function createRefuseUnsafe({ allowed, log }: Options): RefuseUnsafe {
  return (faults) => {
    if (faults.length === 0) return;
    if (allowed) {
      for (const fault of faults) log.warn({ fault }, "unsafe store is used: ALLOW_UNSAFE_STORES is set");
      return;
    }
    process.stderr.write(`${faults.join("\n")}\nALLOW_UNSAFE_STORES=1 starts all the same.\n`);
    process.exit(1);
  };
}
