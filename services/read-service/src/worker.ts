/** What read-service does besides answering: consumers, recovery and jobs. */
import type { Broker } from "@parley/common/broker";
import type { Epochs } from "@parley/common/epochs";
import type { Count } from "@parley/common/figures";
import type { Ledger } from "@parley/common/ledger";
import type { Logger } from "@parley/common/log";
import { recordsQueue, searchQueue } from "@parley/common/topology";
import type { Knex } from "knex";
import { createAnnounce } from "./announce.ts";
import { createIndexer } from "./consumers/index-search.ts";
import { createPersist } from "./consumers/persist.ts";
import { forgetSessions } from "./jobs/forget-sessions.ts";
import { flushCounts } from "./jobs/flush-counts.ts";
import { forgetKeys } from "./jobs/forget-keys.ts";
import { purgeDeleted } from "./jobs/purge-deleted.ts";
import { purgeUsers } from "./jobs/purge-users.ts";
import { createReconcileEmptied, reconcileCounts } from "./jobs/reconcile-counts.ts";
import { startJobs } from "./jobs/start-jobs.ts";
import { sweepChanges } from "./jobs/sweep-changes.ts";
import { createSweepUnindexed } from "./jobs/sweep-unindexed.ts";
import { sweepUnconfirmed, sweepUnsettled } from "./jobs/sweep-outbox.ts";
import { openParent } from "./open-parent.ts";
import { createPending } from "./pending.ts";
import { startRecentParents } from "./recent-parents.ts";
import type { SearchIndex } from "./search/connect.ts";
import { keepIndex } from "./search/rebuild.ts";
import { startWatchingShards } from "./watch-shards.ts";

type Dependencies = {
  db: Knex;
  ledger: Ledger;
  broker: Broker;
  epochs: Epochs;
  search: SearchIndex | undefined;
  shards: number;
  log: Logger;
  count: Count;
};

/** Returns its stop: jobs and recovery first, then the consumers, which finish what they have in hand. */
export function startWorker(dependencies: Dependencies): () => Promise<void> {
  const { db, broker, ledger, epochs, search, shards, log, count } = dependencies;
  const recentParents = startRecentParents({
    open: (fence, parent) => openParent({ db, ledger }, fence, parent),
    epochs,
    log,
  });
  const { remember } = recentParents;
  const consumers = Array.from({ length: shards }, (_, shard) =>
    broker.consume({
      queue: recordsQueue(shard),
      prefetch: 32,
      gatherMs: 10,
      handle: createPersist(shard, { ...dependencies, remember }),
    }),
  );
  if (search) {
    const { handle, stop } = createIndexer({ db, search, log, count });
    const stopConsuming = broker.consume({ queue: searchQueue, prefetch: 500, gatherMs: 100, handle });
    consumers.push(() => {
      stop();
      return stopConsuming();
    });
  }
  const declareTopology = (): Promise<void> => broker.declare(shards, search !== undefined);
  const stopWatching = startWatchingShards({
    ...dependencies,
    declareTopology,
    onOpened: () => epochs.refresh(),
  });
  const announce = createAnnounce(dependencies);
  const pending = createPending({ ledger, epochs });
  const stopJobs = startJobs(
    [
      { name: "flush-counts", schedule: "* * * * *", run: () => flushCounts(dependencies) },
      { name: "reconcile-counts", schedule: "17 3 * * *", run: () => reconcileCounts(dependencies) },
      { name: "reconcile-emptied", schedule: "*/5 * * * * *", run: createReconcileEmptied(dependencies) },
      { name: "sweep-unconfirmed", schedule: "*/5 * * * * *", run: () => sweepUnconfirmed(dependencies) },
      { name: "sweep-unsettled", schedule: "30 * * * * *", run: () => sweepUnsettled(dependencies) },
      { name: "sweep-changes", schedule: "*/5 * * * * *", run: () => sweepChanges({ db, announce, log }) },
      ...(search
        ? [
            { name: "sweep-unindexed", schedule: "*/20 * * * * *", run: createSweepUnindexed(dependencies) },
            // A new or lost index is made also when nobody writes.
            { name: "keep-index", schedule: "*/10 * * * * *", run: () => keepIndex({ db, search, log }) },
          ]
        : []),
      { name: "forget-keys", schedule: "45 * * * * *", run: () => forgetKeys(db) },
      {
        name: "purge-users",
        schedule: "*/10 * * * * *",
        run: () => purgeUsers({ db, announce, pending, log }),
      },
      { name: "forget-sessions", schedule: "20 * * * *", run: () => forgetSessions(db) },
      { name: "purge-deleted", schedule: "15 * * * * *", run: () => purgeDeleted({ db, search, log }) },
    ],
    { db, log },
  );
  return async () => {
    await Promise.all([stopJobs(), stopWatching(), recentParents.stop()]);
    await Promise.all(consumers.map((stop) => stop()));
  };
}
