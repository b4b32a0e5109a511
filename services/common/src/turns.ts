/** Bounds how many costly reads are under way at once. */
import { problem } from "./problem.ts";

type Options = { atOnce: number; waiting: number; refusal: string };

/**
 * Lets a few act at once and some wait; the rest is refused, since it would cause more load than it takes.
 * What it returns throws Problem overloaded.
 */
export function createTurns({
  atOnce,
  waiting: room,
  refusal,
}: Options): <T>(act: () => Promise<T>) => Promise<T> {
  let free = atOnce;
  const waiting: (() => void)[] = [];
  return async (act) => {
    if (free > 0) free -= 1;
    else if (waiting.length < room) await new Promise<void>((resolve) => waiting.push(resolve));
    else throw problem("overloaded", refusal);
    try {
      return await act();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else free += 1;
    }
  };
}
