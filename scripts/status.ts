/** `npm run status`: what runs, and how well. */
import { dataFolderPath, findSupervisor, readState, type ProcessRecord } from "./data-folder.ts";
import { createDb } from "../services/common/src/db.ts";
import { summarizeConflicts } from "../services/read-service/src/queries/doubles.ts";
import { countParked } from "../services/read-service/src/queries/parked.ts";
import { countRefusals } from "../services/read-service/src/queries/search-refusals.ts";
import { nativeStores } from "./native-stores.ts";
import { rabbitmqNode, readSettings, VHOST, type Settings } from "./native.ts";
import { groupMemoryKb, isAlive } from "./servers/process-info.ts";
import { rabbitmqctl } from "./servers/rabbitmq.ts";
import { notReadyReasons } from "./services.ts";
import { readShards, type Shard } from "./shards.ts";

const folder = dataFolderPath();
const state = readState(folder);
const supervisor = findSupervisor(folder);

function describeProcess(record: ProcessRecord): Record<string, string | number> {
  const alive = isAlive(record);
  return {
    name: record.name,
    pid: record.pid,
    port: record.port,
    "memory MB": alive ? Math.round(groupMemoryKb(record.pid) / 1024) : "",
    up: alive ? describeDuration(Date.now() - Date.parse(record.since)) : "down",
    restarts: record.restarts,
  };
}

function describeDuration(ms: number): string {
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 1) return `${Math.floor(ms / 1000)} s`;
  return minutes < 120 ? `${minutes} min` : `${Math.floor(minutes / 60)} h`;
}

async function showReadiness({ ports }: Settings): Promise<void> {
  const services = {
    "create-service": ports.createService,
    "read-service": ports.readService,
    "account-service": ports.accountService,
    "realtime-service": ports.realtimeService,
  };
  for (const [name, port] of Object.entries(services)) {
    const reasons = await notReadyReasons(`http://127.0.0.1:${port}`);
    console.log(`${name}: ${reasons.length === 0 ? "ready" : `not ready: ${reasons.join("; ")}`}`);
  }
}

function describeShard({ shard, epoch, state, note, changed_at: since, ...waiting }: Shard) {
  const { records = "", bytes, unconfirmed = "" } = waiting;
  return {
    shard,
    epoch,
    state,
    for: since ? describeDuration(Date.now() - since.getTime()) : "",
    outbox: records,
    "outbox KB": bytes === undefined ? "" : Math.ceil(bytes / 1024),
    "unconfirmed batches": unconfirmed,
    note: note ?? "",
  };
}

async function showShards({ ports, passwords }: Settings): Promise<void> {
  const { shards, away } = await readShards({
    readService: `http://127.0.0.1:${ports.readService}`,
    redis: `redis://:${passwords.redis}@127.0.0.1:${ports.redis}/0`,
  });
  for (const reason of away) console.log(reason);
  if (shards.length > 0) console.table(shards.map(describeShard));
}

async function showQueues(settings: Settings): Promise<void> {
  const columns = ["name", "messages", "messages_unacknowledged"];
  const listed = await rabbitmqctl(rabbitmqNode(settings), [
    "list_queues",
    "-p",
    VHOST,
    "--formatter",
    "json",
    ...columns,
  ]);
  const queues = JSON.parse(listed) as { name: string; messages: number }[];
  console.table(
    queues.toSorted((a, b) => a.name.localeCompare(b.name)),
    columns,
  );
  const dead = queues.find(({ name }) => name === "dead-letters")?.messages ?? 0;
  if (dead > 0) console.log(`ALARM: records or deliveries that could not be read, in dead-letters: ${dead}`);
}

/** What a person has to look after; nothing in health. */
async function showAlarms(): Promise<void> {
  const db = createDb({ url: nativeStores()["MYSQL_URL"] ?? "", poolSize: 1, queryTimeoutMs: 3000 });
  try {
    const { total, newest } = await summarizeConflicts(db);
    const [last] = newest;
    if (last) {
      console.log(
        `ALARM: numbers given to two records: ${total}, the newest at ${last.foundAt.toISOString()}:`,
      );
      console.log(
        `  ${last.storedUid} is stored, ${last.uid} is in seq_conflicts. npm run verify shows more.`,
      );
    }
    const parked = await countParked(db);
    if (parked > 0) console.log(`records that could not be stored: ${parked}. npm run parked lists them.`);
    const refused = await countRefusals(db);
    if (refused > 0) {
      console.log(`messages that the search index refuses: ${refused}. npm run parked lists them.`);
    }
  } finally {
    await db.destroy();
  }
}

if (!supervisor) {
  const orphans = state.processes.some(isAlive);
  const what = orphans
    ? "Its supervisor is gone, but processes run: npm start replaces them"
    : "Parley does not run";
  console.log(`${what} (data folder ${folder}).`);
  process.exitCode = 1;
} else console.log(`Parley runs at ${state.address ?? "…"} (pid ${supervisor.pid}, data in ${folder}).`);
if (state.processes.length > 0) console.table(state.processes.map(describeProcess));
if (supervisor) {
  const settings = readSettings(folder, state.ports);
  await showReadiness(settings);
  await showShards(settings);
  await showQueues(settings).catch(() => console.log("queues: RabbitMQ does not answer"));
  await showAlarms().catch(() => console.log("conflicts, parked: MariaDB does not answer"));
}
