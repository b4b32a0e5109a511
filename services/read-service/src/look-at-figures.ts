/**
 * What an operator looks at live, gathered from all stores at most once a second however many look. It is told while stores
 * are away, too: what they cannot tell is left out, and named.
 */
import type { Broker, QueueMeasure } from "@parley/common/broker";
import type { Figures } from "@parley/common/figures";
import type { Ledger } from "@parley/common/ledger";
import type { Logger } from "@parley/common/log";
import { deadLettersQueue, listQueues } from "@parley/common/topology";
import type { Knex } from "knex";
import { inTime, keepFor } from "./in-time.ts";
import { sumContents } from "./queries/contents.ts";
import { summarizeConflicts } from "./queries/doubles.ts";
import { listEpochs } from "./queries/epochs.ts";
import { countParked } from "./queries/parked.ts";
import { countRefusals } from "./queries/search-refusals.ts";
import type { SearchIndex } from "./search/connect.ts";
import { createSearchLag } from "./search-lag.ts";
import { lookAtShards } from "./shards.ts";

const keptMs = 1000;
/** Counts follow within a minute, so there is nothing new to be seen sooner. */
const contentsKeptMs = 15_000;
/** Together with the way here and back it is less than 2 s. */
const answerMs = 1400;

type StoreState = { answers: boolean; reason?: string };
type Dependencies = {
  db: Knex;
  ledger: Pick<Ledger, "measure">;
  broker: Pick<Broker, "isReady" | "measureQueues">;
  search: Pick<SearchIndex, "findWatermarks" | "hasIndex"> | undefined;
  figures: Pick<Figures, "read">;
  shards: number;
  log: Logger;
};
export type LookAtFigures = ReturnType<typeof createLookAtFigures>;
export type Look = Awaited<ReturnType<LookAtFigures>>;

const silent = { answers: false, reason: "does not answer" };

export function createLookAtFigures(dependencies: Dependencies) {
  const { db, ledger, broker, search, figures, shards, log } = dependencies;
  const findLag = search && createSearchLag({ db, search });
  const readContents = keepFor(contentsKeptMs, () => sumContents(db));
  const queueNames = listQueues(shards, search !== undefined);

  /** One part that one store tells, or its name in `away`. */
  async function part<T>(
    away: string[],
    names: readonly string[],
    ask: () => Promise<T>,
  ): Promise<T | undefined> {
    try {
      return await inTime(ask(), answerMs);
    } catch (err) {
      log.debug({ err, names }, "figures not told");
      away.push(...names);
      return undefined;
    }
  }

  async function readAlarms() {
    return {
      parked: await countParked(db),
      refusals: await countRefusals(db),
      conflicts: (await summarizeConflicts(db)).total,
    };
  }

  async function readShards() {
    const { shards: looked, untold } = await lookAtShards({
      listEpochs: () => inTime(listEpochs(db), answerMs / 2),
      measure: (shard) => inTime(ledger.measure(shard), answerMs / 2),
      shards,
    });
    return { outbox: looked, untold };
  }

  function describeBroker(queues: readonly QueueMeasure[] | undefined): StoreState {
    if (!queues) return silent;
    return broker.isReady() ? { answers: true } : { answers: true, reason: "takes nothing right now" };
  }

  async function findIndexState(): Promise<StoreState | undefined> {
    if (!search) return undefined;
    try {
      const hasIndex = await inTime(search.hasIndex(), answerMs);
      return hasIndex ? { answers: true } : { answers: true, reason: "has no index yet" };
    } catch {
      return silent;
    }
  }

  async function gather() {
    const away: string[] = [];
    const [counted, looked, queues, alarms, lag, contents, elasticsearch] = await Promise.all([
      part(away, ["totals", "sockets"], () => figures.read()),
      readShards(),
      part(away, ["queues", "dead_letters"], () => broker.measureQueues(queueNames)),
      part(away, ["parked", "refusals", "conflicts"], readAlarms),
      findLag && part(away, ["search"], findLag),
      part(away, ["contents"], readContents),
      findIndexState(),
    ]);
    const { outbox, untold } = looked;
    away.push(...untold, ...(untold.includes("outbox") ? ["counts"] : []));
    return {
      at: new Date(),
      totals: counted?.totals,
      sockets: counted?.sockets,
      queues,
      outbox,
      search: lag,
      waitingCounts: untold.includes("outbox")
        ? undefined
        : outbox.reduce((sum, { counts = 0 }) => sum + counts, 0),
      ...alarms,
      deadLetters: queues?.find(({ name }) => name === deadLettersQueue)?.messages,
      contents,
      stores: {
        mysql: alarms ? { answers: true } : silent,
        redis: counted ? { answers: true } : silent,
        rabbitmq: describeBroker(queues),
        elasticsearch,
      },
      away,
    };
  }

  return keepFor(keptMs, gather);
}
