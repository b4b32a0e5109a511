/** Asking what may not answer, and asking it seldom. */
import { setTimeout as pause } from "node:timers/promises";

/** @throws Error when there is no answer in time; what comes later is let go */
export async function inTime<T>(answer: Promise<T>, ms: number): Promise<T> {
  const answered = new AbortController();
  const late = pause(ms, undefined, { signal: answered.signal }).then(
    () => {
      throw new Error(`no answer in ${ms} ms`);
    },
    () => answer,
  );
  return Promise.race([answer, late]).finally(() => answered.abort());
}

/** Whoever asks within `ms` gets the same answer, also one that is under way; a failure is kept for nobody. */
export function keepFor<T>(ms: number, ask: () => Promise<T>): () => Promise<T> {
  let kept: { answer: Promise<T>; until: number } | undefined;
  return () => {
    if (kept && performance.now() < kept.until) return kept.answer;
    const fresh = { answer: ask(), until: Infinity };
    kept = fresh;
    fresh.answer.then(
      () => (fresh.until = performance.now() + ms),
      () => (fresh.until = 0),
    );
    return fresh.answer;
  };
}
