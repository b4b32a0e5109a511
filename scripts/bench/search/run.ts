/** `npm run bench:search`: how good, fresh, small and fast search is; with --rivals, --layouts and --refresh beside others. */
import { parseArgs } from "node:util";
import { step } from "../../progress.ts";
import { installServers } from "../../servers/install.ts";
import { compare, type Comparison } from "../compare.ts";
import { readCpuSeconds } from "../cpu.ts";
import { createHistory } from "../history.ts";
import { openProbe } from "../probe.ts";
import { printTable } from "../report.ts";
import { searchWorkloads } from "../searches.ts";
import { runOnStage } from "../stage.ts";
import { startWorld } from "../world.ts";
import { measureFresh } from "./fresh.ts";
import { makeHistory } from "./history.ts";
import { compareLayouts } from "./layouts.ts";
import { makeQueries } from "./queries.ts";
import { measureRecall } from "./recall.ts";
import { compareRefreshes } from "./refresh.ts";
import { compareRivals } from "./rivals.ts";
import { measureSize } from "./size.ts";

/** Connections that send one message after the other, so few that it is about half of what the product takes. */
const HALF_LOAD = 4;
const ROUNDS = 3;

const { values } = parseArgs({
  options: {
    messages: { type: "string", default: "200000" },
    queries: { type: "string", default: "2000" },
    seconds: { type: "string", default: "20" },
    rivals: { type: "boolean", default: false },
    layouts: { type: "boolean", default: false },
    refresh: { type: "boolean", default: false },
  },
});

await runOnStage(async (stage) => {
  const { onSpawn } = stage;
  await installServers();
  const dataFolder = stage.makeFolder("search");
  const world = await startWorld({ dataFolder, withSearch: true, onSpawn });
  const probe = await openProbe(world);
  try {
    if (values.layouts) await compareLayouts(world);
    if (values.refresh) await compareRefreshes(world);
    const count = Number(values.messages);
    const history = await step(`${count} messages`, makeHistory(world, probe, count));
    const queries = makeQueries(Number(values.queries), history);
    await measureRecall(world.readService.url, history, queries);
    await measureSize(world, history);
    if (values.rivals) await compareRivals({ world, history, queries, dataFolder, onSpawn });
    const seconds = Number(values.seconds);
    await measureFresh(world, { seconds, connections: HALF_LOAD });
    const context = {
      world,
      probe,
      onSpawn,
      history: createHistory(world, probe),
      cpuSeconds: () => readCpuSeconds(stage.started),
    };
    const comparisons: Comparison[] = [];
    for (const workload of searchWorkloads) {
      comparisons.push(await compare(workload, context, { rounds: ROUNDS, seconds }));
    }
    printTable(comparisons);
  } finally {
    await probe.close();
    await world.stop();
  }
});
