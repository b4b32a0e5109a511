/** Waits for a condition, never for a time. */

/** @throws Error when it has not come true in time, with what was seen last */
export async function waitUntil<T>(
  condition: () => Promise<T> | T,
  timeoutMs = 20_000,
): Promise<Exclude<T, false | undefined>> {
  let last: unknown;
  for (const end = Date.now() + timeoutMs; Date.now() < end;) {
    try {
      last = await condition();
      if (last) return last as Exclude<T, false | undefined>;
    } catch (err) {
      last = err;
    }
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error(`still not so after ${timeoutMs} ms: ${String(condition)} gave ${String(last)}`);
}
