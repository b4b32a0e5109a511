/** Leaves an index alone that does not answer: it is asked again in the background, and no search waits for it. */
import { setTimeout as pause } from "node:timers/promises";
import { errors } from "@elastic/elasticsearch";
import type { Logger } from "@parley/common/log";

const restMs = 1000;

export class IndexAway extends Error {}

/** It does not answer, or cannot: nothing is wrong with the request. */
function isAway(err: unknown): boolean {
  if (err instanceof errors.ResponseError) return [429, 502, 503, 504].includes(err.statusCode ?? 0);
  return err instanceof errors.ElasticsearchClientError;
}

/** It has too much to do. */
const isLate = (err: unknown): boolean =>
  err instanceof errors.TimeoutError || (err instanceof errors.ResponseError && err.statusCode === 429);

const isMissing = (err: unknown): boolean => err instanceof errors.ResponseError && err.statusCode === 404;

type Options = { probe: () => Promise<unknown>; log: Logger };

export function createBreaker({ probe, log }: Options) {
  let away = false;
  let answeredAt = 0;
  const stopping = new AbortController();

  async function waitForIt(): Promise<void> {
    while (away) {
      await pause(restMs, undefined, { signal: stopping.signal, ref: false });
      away = await probe().then(
        () => false,
        () => true,
      );
    }
    log.info("the search index answers again");
  }

  return {
    /** @throws IndexAway at once, while it is known not to answer; else what `act` throws */
    guard: async <T>(act: () => Promise<T>): Promise<T> => {
      if (away) throw new IndexAway("the search index does not answer");
      const askedAt = performance.now();
      try {
        const answer = await act();
        answeredAt = performance.now();
        return answer;
      } catch (err) {
        if (isMissing(err)) throw new IndexAway("there is no search index", { cause: err });
        if (!isAway(err)) throw err;
        // Others were answered meanwhile: it is slow, and to do without it altogether would be slower.
        const isSlow = isLate(err) && answeredAt > askedAt;
        if (!away && !isSlow) {
          away = true;
          log.warn({ err }, "the search index does not answer, searching without it");
          waitForIt().catch(() => undefined);
        }
        throw new IndexAway("the search index does not answer", { cause: err });
      }
    },
    stop: (): void => stopping.abort(),
  };
}
