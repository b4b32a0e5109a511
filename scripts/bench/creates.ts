/** W1, W1c and W2: creating messages, against Express with one script and one confirmed publish per request. */
import { recordsQueue } from "@parley/common/topology";
import { setTimeout as sleep } from "node:timers/promises";
import { waitUntil } from "../../spec/support/wait-until.ts";
import { baselineOutbox, baselineQueue } from "./baselines/names.ts";
import { startBaseline } from "./baselines/start.ts";
import { startDrain } from "./drain.ts";
import { CONNECTIONS, repliesOf, runLoad, type Load, type LoadJob } from "./load.ts";
import { createPlaces, messagePath, postsOfUsers, postsTo } from "./places.ts";
import type { Probe } from "./probe.ts";
import { runOf, type Context, type Run, type Sides, type Workload } from "./workload.ts";
import { SHARDS } from "./world.ts";

const CHATS = 16;
const CREATED = 201;
const REPEATED = 0.1;
/** What the load generator no longer waited for is accepted within this time. */
const UNDER_WAY_MS = 300;

/** What was written must be all that was answered, and no more than was asked: at the end some were under way. */
function countFaults(load: Load, written: number): string[] {
  const created = repliesOf(load, CREATED) - load.repeats;
  const sent = load.sent - load.repeats;
  if (written >= created && written <= sent) return [];
  return [`${created} answered 201 of ${sent} sent, without repeats, but ${written} are there`];
}

/** Forgets what no consumer settles in this workload, so that a run does not find the remains of others. */
async function forgetOutboxes({ redis }: Probe): Promise<void> {
  const waiting = await Promise.all(["{s*}:pending:*", "{s*}:unconfirmed"].map((keys) => redis.keys(keys)));
  const outboxes = Array.from({ length: SHARDS }, (_, shard) => `{s${shard}}:outbox`);
  await redis.unlink(baselineOutbox, ...outboxes, ...waiting.flat());
}

async function prepareBaseline({ world, probe, onSpawn }: Context) {
  const server = await startBaseline("create", world, { onSpawn });
  const stopDrain = await startDrain(world.stores.rabbitmq.url, [baselineQueue]);
  const requests = postsTo(Array.from({ length: CHATS }, (_, chat) => `/${chat + 1}`));
  const runBaseline = async (seconds: number): Promise<Run> => {
    const load = await runLoad({ url: server.url, connections: CONNECTIONS, requests, seconds });
    await sleep(UNDER_WAY_MS);
    await waitUntil(async () => (await probe.queued([baselineQueue])) === 0);
    const run = runOf(load, CREATED);
    run.faults.push(...countFaults(load, await probe.redis.hlen(baselineOutbox)));
    await forgetOutboxes(probe);
    return run;
  };
  const stopBaseline = async (): Promise<void> => {
    await stopDrain();
    await server.stop();
  };
  return { runBaseline, stopBaseline };
}

type Through = { applications: number; seconds: number; users?: number } & Pick<
  LoadJob,
  "keyHeader" | "repeated"
>;

/** Through nginx with everything running; a run ends when all is in MySQL and can be found. */
async function runThroughEverything(
  { world, probe }: Context,
  { applications, users = 0, ...how }: Through,
): Promise<Run> {
  const places = await createPlaces(world.nginx.url, { applications, chats: CHATS });
  await probe.untilEmpty();
  const { url } = world.nginx;
  const requests = users > 0 ? await postsOfUsers(url, places, users) : postsTo(places.map(messagePath));
  const load = await runLoad({ url, connections: CONNECTIONS, requests, ...how });
  const loadEnd = Date.now();
  const [outbox, queued] = await Promise.all([probe.outboxLength(), probe.queued()]);
  await sleep(UNDER_WAY_MS);
  await probe.untilEmpty();
  const emptyAt = Date.now();
  const stored = await probe.findStored(places.map(({ token }) => token));
  await probe.untilSearchable(stored);
  const run = runOf(load, CREATED);
  run.faults.push(...countFaults(load, stored.rows));
  if (!stored.isDense) run.faults.push("numbers are missing");
  if ((await probe.countFaults()) > 0) run.faults.push("there are conflicts or parked records");
  run.facts = {
    "stored/s": (stored.rows * 1000) / (emptyAt - load.startedAt),
    "outbox at the end": outbox,
    "queued deliveries at the end": queued,
    "drained after s": (emptyAt - loadEnd) / 1000,
    "searchable after s": (Date.now() - loadEnd) / 1000,
  };
  return run;
}

const throughEverything =
  (applications: number) =>
  async (context: Context): Promise<Sides> => {
    const { runBaseline, stopBaseline } = await prepareBaseline(context);
    return {
      product: (seconds) => runThroughEverything(context, { applications, seconds }),
      baseline: runBaseline,
      stop: stopBaseline,
    };
  };

/** Both sides send a key; to the baseline it means nothing. */
async function prepareKeys(context: Context): Promise<Sides> {
  const runWith = (keyHeader: string, repeated: number) => (seconds: number) =>
    runThroughEverything(context, { applications: 1, seconds, keyHeader, repeated });
  return {
    product: runWith("idempotency-key", REPEATED),
    baseline: runWith("x-unknown-key", 0),
    stop: async () => undefined,
  };
}

/** Each connection is a user of its own; against guests. */
function prepareUsers(context: Context): Promise<Sides> {
  const runWith = (users: number) => (seconds: number) =>
    runThroughEverything(context, { applications: 1, seconds, users });
  return Promise.resolve({
    product: runWith(CONNECTIONS),
    baseline: runWith(0),
    stop: async () => undefined,
  });
}

/** create-service goes on with the epochs that it knows, so read-service can make room for a plain consumer. */
async function prepareAlone(context: Context): Promise<Sides> {
  const { world, probe } = context;
  const places = await createPlaces(world.createService.url, { applications: 1, chats: CHATS });
  await probe.untilEmpty();
  await world.readService.stop();
  const queues = Array.from({ length: SHARDS }, (_, shard) => recordsQueue(shard));
  const stopDrain = await startDrain(world.stores.rabbitmq.url, queues);
  const { runBaseline, stopBaseline } = await prepareBaseline(context);
  const requests = postsTo(places.map(messagePath));
  return {
    async product(seconds) {
      const url = world.createService.url;
      const load = await runLoad({ url, connections: CONNECTIONS, requests, seconds });
      await sleep(UNDER_WAY_MS);
      await waitUntil(async () => (await probe.queued()) === 0);
      const run = runOf(load, CREATED);
      run.faults.push(...countFaults(load, await probe.outboxLength()));
      await forgetOutboxes(probe);
      return run;
    },
    baseline: runBaseline,
    async stop() {
      await stopDrain();
      await stopBaseline();
    },
  };
}

export const createWorkloads: Workload[] = [
  { id: "W1c", title: "create, alone", aim: 1.4, withSearch: false, prepare: prepareAlone },
  {
    id: "W1",
    title: "create through everything, 1 application",
    aim: 0.8,
    withSearch: true,
    prepare: throughEverything(1),
  },
  {
    id: "W1",
    title: `create through everything, ${CHATS} applications`,
    aim: 0.8,
    withSearch: true,
    prepare: throughEverything(CHATS),
  },
  {
    id: "W2",
    title: "W1 with idempotency keys, a tenth repeated, against W1",
    aim: 0.9,
    withSearch: true,
    prepare: prepareKeys,
  },
  {
    id: "W1u",
    title: "W1 with access tokens, against W1",
    aim: 0.9,
    withSearch: true,
    prepare: prepareUsers,
  },
];
