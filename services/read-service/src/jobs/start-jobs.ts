/** Runs the jobs by node-cron, one process at a time each. What a job does is right also without the lock. */
import type { Logger } from "@parley/common/log";
import cron, { type ScheduledTask } from "node-cron";
import type { Knex } from "knex";
import { withNamedLock } from "@parley/common/db";

export type Job = { name: string; schedule: string; run: () => Promise<void> };

/** Returns its stop, which waits for the runs under way. */
export function startJobs(jobs: readonly Job[], { db, log }: { db: Knex; log: Logger }): () => Promise<void> {
  const underWay = new Set<Promise<void>>();
  const tasks: ScheduledTask[] = jobs.map(({ name, schedule, run }) =>
    cron.schedule(
      schedule,
      async () => {
        const running = withNamedLock(db, name, 0, run).catch((err: unknown) => {
          log.warn({ err, name }, "job did not finish, will come again");
        });
        underWay.add(running);
        await running;
        underWay.delete(running);
      },
      { name, noOverlap: true },
    ),
  );
  return async () => {
    for (const task of tasks) await task.destroy();
    await Promise.all(underWay);
  };
}
