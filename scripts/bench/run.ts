/** `npm run bench`: measures Parley against plain servers that do the same work, in turn on the same stores. */
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { installServers } from "../servers/install.ts";
import type { Process } from "../servers/process.ts";
import { compare, type Comparison } from "./compare.ts";
import { readCpuSeconds } from "./cpu.ts";
import { createWorkloads } from "./creates.ts";
import { createHistory } from "./history.ts";
import { formatMemory, readMemory, watchCreates } from "./memory.ts";
import { readOptions, type Options } from "./options.ts";
import { openProbe } from "./probe.ts";
import { readWorkloads } from "./reads.ts";
import { printTable, save } from "./report.ts";
import { searchWorkloads } from "./searches.ts";
import { startWorld } from "./world.ts";

const workloads = [...createWorkloads, ...readWorkloads, ...searchWorkloads];
const dataFolder = mkdtempSync(join(tmpdir(), "parley-bench-"));
const started: Process[] = [];
let isAborted = false;
let versions = {};

function onSpawn(spawned: Process): void {
  started.push(spawned);
  if (isAborted) spawned.kill();
}

/** Waits for nobody but the servers, which might still write into their folder. */
async function onSignal(): Promise<void> {
  isAborted = true;
  for (const server of started) server.kill();
  await Promise.all(started.map(({ exited }) => exited));
  rmSync(dataFolder, { recursive: true, force: true });
  process.exit(130);
}

function makeFolder(name: string): string {
  const folder = join(dataFolder, name);
  mkdirSync(folder);
  // The servers run as an account of their own and must get through to their folders.
  for (const path of [dataFolder, folder]) chmodSync(path, 0o711);
  return folder;
}

/** Runs what was chosen of the workloads with search, or of those without, which a search engine would disturb. */
async function benchWorld(options: Options, withSearch: boolean): Promise<Comparison[]> {
  const chosen = workloads.filter((one) => one.withSearch === withSearch && options.ids.includes(one.id));
  const creates = withSearch ? options.creates : 0;
  if (chosen.length === 0 && creates === 0) return [];
  const name = withSearch ? "with-search" : "without-search";
  console.log(`Starting a Parley ${name}`);
  const world = await startWorld({ dataFolder: makeFolder(name), withSearch, onSpawn });
  const probe = await openProbe(world);
  versions = { ...versions, ...(await probe.readVersions()) };
  console.log(`  at rest: ${formatMemory(readMemory(world))}`);
  const cpuSeconds = () => readCpuSeconds(started);
  const context = { world, probe, onSpawn, cpuSeconds, history: createHistory(world, probe) };
  const comparisons: Comparison[] = [];
  for (const workload of chosen) comparisons.push(await compare(workload, context, options));
  if (creates > 0) await watchCreates(world, probe, creates);
  console.log(`  after the run: ${formatMemory(readMemory(world))}`);
  await probe.close();
  await world.stop();
  return comparisons;
}

async function bench(): Promise<void> {
  const ids = workloads.map(({ id }) => id);
  const options = readOptions(process.argv.slice(2), ids);
  await installServers();
  const comparisons = [...(await benchWorld(options, false)), ...(await benchWorld(options, true))];
  if (comparisons.length > 0) printTable(comparisons);
  if (options.save) console.log(`Saved as ${save({ options, versions, comparisons })}`);
}

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => void onSignal());
try {
  await bench();
} catch (error) {
  if (!isAborted) console.error((error as Error).message);
  process.exitCode = 1;
} finally {
  await Promise.all(started.map((server) => server.stop()));
  rmSync(dataFolder, { recursive: true, force: true });
}
