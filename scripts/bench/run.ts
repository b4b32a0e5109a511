/** `npm run bench`: measures Parley against plain servers that do the same work, in turn on the same stores. */
import { installServers } from "../servers/install.ts";
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
import { socketWorkloads } from "./sockets/broadcast.ts";
import { runOnStage, type Stage } from "./stage.ts";
import { startWorld } from "./world.ts";

const workloads = [...createWorkloads, ...readWorkloads, ...socketWorkloads, ...searchWorkloads];
let versions = {};

/** Runs what was chosen of the workloads with search, or of those without, which a search engine would disturb. */
async function benchWorld(stage: Stage, options: Options, withSearch: boolean): Promise<Comparison[]> {
  const chosen = workloads.filter((one) => one.withSearch === withSearch && options.ids.includes(one.id));
  const creates = withSearch ? options.creates : 0;
  if (chosen.length === 0 && creates === 0) return [];
  const name = withSearch ? "with-search" : "without-search";
  console.log(`Starting a Parley ${name}`);
  const { onSpawn } = stage;
  const world = await startWorld({ dataFolder: stage.makeFolder(name), withSearch, onSpawn });
  const probe = await openProbe(world);
  versions = { ...versions, ...(await probe.readVersions()) };
  console.log(`  at rest: ${formatMemory(readMemory(world))}`);
  const cpuSeconds = () => readCpuSeconds(stage.started);
  const context = { world, probe, onSpawn, cpuSeconds, history: createHistory(world, probe) };
  const comparisons: Comparison[] = [];
  for (const workload of chosen) comparisons.push(await compare(workload, context, options));
  if (creates > 0) await watchCreates(world, probe, creates);
  console.log(`  after the run: ${formatMemory(readMemory(world))}`);
  await probe.close();
  await world.stop();
  return comparisons;
}

await runOnStage(async (stage) => {
  const ids = workloads.map(({ id }) => id);
  const options = readOptions(process.argv.slice(2), ids);
  await installServers();
  const comparisons = [
    ...(await benchWorld(stage, options, false)),
    ...(await benchWorld(stage, options, true)),
  ];
  if (comparisons.length > 0) printTable(comparisons);
  if (options.save) console.log(`Saved as ${save({ options, versions, comparisons })}`);
});
