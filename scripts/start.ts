/** `npm start`: brings the whole product up on this machine and keeps it up until Ctrl-C. */
import {
  becomeSupervisor,
  openDataFolder,
  readState,
  resignAsSupervisor,
  writeState,
} from "./data-folder.ts";
import { createDemo, firstStartLines } from "./demo/first-start.ts";
import { limitLogs } from "./logs.ts";
import {
  choosePorts,
  choosePublicPort,
  elasticsearchUnit,
  nginxUnit,
  readSettings,
  serviceUnits,
  storeUnits,
  type Settings,
  type StoreUrls,
} from "./native.ts";
import { step } from "./progress.ts";
import { fetchDistribution, findDistribution } from "./servers/elasticsearch-distribution.ts";
import { installServers, missingSearchPackages } from "./servers/install.ts";
import { stopStray, type Server } from "./servers/process.ts";
import { migrate, untilReady } from "./services.ts";
import { createSupervisor } from "./supervisor.ts";
import { buildWeb } from "./web.ts";

// Who takes requests stops before what it works with.
const STOP_ORDER = [
  // Its sockets keep nginx up.
  ["realtime-service"],
  ["nginx"],
  ["create-service"],
  ["account-service"],
  ["read-service"],
  ["elasticsearch", "rabbitmq", "redis", "mariadb"],
];
const LOG_CHECK_MS = 60_000;
const READY_MS = 60_000;

const folder = openDataFolder();
const state = readState(folder);
const supervisor = createSupervisor((processes) => save({ processes }));
const stopping = new AbortController();
let installing = Promise.resolve();

function save(change: Partial<typeof state>): void {
  writeState(folder, Object.assign(state, change));
}

async function start(): Promise<void> {
  installing = installServers();
  await installing;
  stopping.signal.throwIfAborted();
  for (const left of state.processes.toReversed()) await stopStray(left);
  save({ processes: [], ports: await choosePorts(state.ports) });
  const settings = readSettings(folder, state.ports);
  startSearch(settings).catch((error: Error) => {
    if (stopping.signal.aborted) return;
    console.log(`Elasticsearch is left out, search uses the database: ${error.message}`);
  });
  const [urls, web] = await Promise.all([startStores(settings), step("web pages", buildWeb())]);
  const nginx = await startServices(settings, urls, web);
  save({ address: nginx.url });
  await showDemo(nginx.url, settings.operatorKey);
}

/** Beside the rest: everything else works without it. */
async function startSearch(settings: Settings): Promise<void> {
  if (missingSearchPackages().length > 0) return;
  const distribution =
    findDistribution() ?? (await step("Elasticsearch's files", fetchDistribution(stopping.signal)));
  await step("Elasticsearch", supervisor.keep(elasticsearchUnit(settings, distribution)), at);
}

async function startStores(settings: Settings): Promise<StoreUrls> {
  console.log("Starting the stores");
  const units = storeUnits(settings);
  const [mariadb, redis, rabbitmq] = await Promise.all([
    step("MariaDB", supervisor.keep(units.mariadb), at),
    step("Redis", supervisor.keep(units.redis), at),
    step("RabbitMQ", supervisor.keep(units.rabbitmq), at),
  ]);
  return { mysql: `${mariadb.url}/parley`, redis: redis.url, rabbitmq: rabbitmq.url };
}

async function startServices(settings: Settings, urls: StoreUrls, web: string): Promise<Server> {
  console.log("Starting Parley");
  const units = serviceUnits(settings, urls);
  await step("migrations", migrate(urls.mysql));
  const services = await Promise.all([
    step("create-service", supervisor.keep(units.createService), at),
    step("read-service", supervisor.keep(units.readService), at),
    step("account-service", supervisor.keep(units.accountService), at),
    step("realtime-service", supervisor.keep(units.realtimeService), at),
  ]);
  const port = await choosePublicPort(settings.bind);
  const nginx = await step("nginx", supervisor.keep(nginxUnit(settings, port, web)), at);
  const reasons = await step(
    "ready",
    Promise.all(services.map((service) => untilReady(service.url, READY_MS))),
  );
  if (reasons.flat().length > 0) console.log(`Not ready yet: ${reasons.flat().join("; ")}`);
  return nginx;
}

const at = ({ url }: { url: string }) => `on ${new URL(url).host}`;

async function showDemo(url: string, operatorKey: string): Promise<void> {
  if (!state.demoToken) save({ demoToken: await step("demo", createDemo(url, operatorKey)) });
  console.log(`\nParley runs at ${url}. Ctrl-C stops it; data, logs and secrets are in ${folder}. Try:\n`);
  for (const line of firstStartLines(url, state.demoToken ?? "")) console.log(`  ${line}`.trimEnd());
  console.log();
}

async function stop(exitCode: number): Promise<void> {
  stopping.abort();
  // A package manager is not to be cut off.
  await installing.catch(() => undefined);
  await supervisor.stopAll(STOP_ORDER);
  resignAsSupervisor(folder);
  console.log("Stopped. The data stays.");
  process.exit(exitCode);
}

function onSignal(): void {
  if (stopping.signal.aborted) {
    console.log("Killing everything at once");
    supervisor.killAll();
    process.exit(130);
  }
  console.log("\nStopping; once more kills at once");
  stop(0).catch(() => process.exit(1));
}

function fail(error: Error): void {
  // What is being stopped while it starts complains, rightly.
  if (stopping.signal.aborted) return;
  console.error(error.message);
  stop(1).catch(() => process.exit(1));
}

// A terminal that has gone away must not end the supervisor before its servers.
process.stdout.on("error", () => undefined);
process.stderr.on("error", () => undefined);

const running = await becomeSupervisor(folder);
if (running) {
  console.log(`Parley already runs at ${state.address ?? "…"} (pid ${running.pid}, data in ${folder}).`);
} else {
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, onSignal);
  setInterval(() => limitLogs(folder), LOG_CHECK_MS).unref();
  start().catch(fail);
}
