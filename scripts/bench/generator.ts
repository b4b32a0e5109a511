/** The load generator's process: takes one job from its parent, runs it with autocannon and sends back what it saw. */
import autocannon from "autocannon";
import { v7 } from "uuid";
import type { Load, LoadJob, Request } from "./load.ts";

const SAMPLE_MS = 100;

/** Sends with a key each, or the last one again. */
function withKeys(header: string, repeated: number, onRepeat: () => void) {
  return (requests: Request[]): autocannon.Request[] => {
    let last: autocannon.Request = {};
    const setupRequest = (request: autocannon.Request): autocannon.Request => {
      if (last.body !== undefined && Math.random() < repeated) {
        onRepeat();
        return { ...request, headers: last.headers, body: last.body };
      }
      last = { ...request, headers: { ...request.headers, [header]: v7() } };
      return last;
    };
    return requests.map((request) => ({ ...request, setupRequest }));
  };
}

async function run(job: LoadJob): Promise<Load> {
  const { url, connections, requests, seconds, amount, keyHeader, repeated = 0 } = job;
  let connection = 0;
  let repeats = 0;
  const prepare = keyHeader
    ? withKeys(keyHeader, repeated, () => (repeats += 1))
    : (plain: Request[]): autocannon.Request[] => plain;
  const startedAt = Date.now();
  const result = await autocannon({
    url,
    connections,
    // Without a duration the amount decides.
    ...(amount === undefined ? { duration: seconds ?? 1 } : { amount }),
    sampleInt: SAMPLE_MS,
    timeout: 30,
    setupClient: (client) => client.setRequests(prepare(requests[connection++ % requests.length] ?? [])),
  });
  const statuses = Object.entries(result.statusCodeStats ?? {});
  return {
    startedAt,
    seconds: result.duration,
    sent: result.requests.sent,
    repeats,
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
