/** The load generator's process: takes one job from its parent, runs it with autocannon and sends back what it saw. */
import autocannon from "autocannon";
import type { Load, LoadJob } from "./load.ts";

const SAMPLE_MS = 100;

async function run({ url, connections, requests, seconds, amount }: LoadJob): Promise<Load> {
  let connection = 0;
  const startedAt = Date.now();
  const result = await autocannon({
    url,
    connections,
    // Without a duration the amount decides.
    ...(amount === undefined ? { duration: seconds ?? 1 } : { amount }),
    sampleInt: SAMPLE_MS,
    timeout: 30,
    setupClient: (client) => client.setRequests(requests[connection++ % requests.length] ?? []),
  });
  const statuses = Object.entries(result.statusCodeStats ?? {});
  return {
    startedAt,
    seconds: result.duration,
    sent: result.requests.sent,
    statuses: Object.fromEntries(statuses.map(([status, { count }]) => [status, count ?? 0])),
    errors: result.errors,
    p50: result.latency.p50,
    p99: result.latency.p99,
  };
}

process.once("message", (job: LoadJob) => {
  void run(job).then((load) => process.send?.(load, () => process.disconnect()));
});
// The parent has gone, or has its answer.
process.once("disconnect", () => process.exit());
