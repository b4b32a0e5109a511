/** `npm run bench:users`: how well and how fast a user is found among a million, and how many log in and register. */
import { parseArgs } from "node:util";
import { installServers } from "../../servers/install.ts";
import { compare, type Comparison } from "../compare.ts";
import { readCpuSeconds } from "../cpu.ts";
import { createHistory } from "../history.ts";
import { openProbe } from "../probe.ts";
import { printTable } from "../report.ts";
import { runOnStage } from "../stage.ts";
import { startWorld } from "../world.ts";
import { fillUsers } from "./fill.ts";
import { passwordWorkloads } from "./passwords.ts";
import { measureRecall } from "./recall.ts";
import { measureSearches } from "./searches.ts";
import { measureSize } from "./size.ts";

const ROUNDS = 3;

const { values } = parseArgs({
  options: {
    users: { type: "string", default: "1000000" },
    queries: { type: "string", default: "2000" },
    seconds: { type: "string", default: "10" },
  },
});

await runOnStage(async (stage) => {
  const { onSpawn } = stage;
  await installServers();
  const world = await startWorld({ dataFolder: stage.makeFolder("users"), withSearch: false, onSpawn });
  const probe = await openProbe(world);
  // Bare hashes are made in this very process.
  const cpuSeconds = () => {
    const { user, system } = process.cpuUsage();
    return { ...readCpuSeconds(stage.started), "the bench": (user + system) / 1e6 };
  };
  try {
    const crowd = await fillUsers(world, Number(values.users));
    await measureSize(world, crowd);
    await measureRecall(world, crowd);
    await measureSearches({ world, cpuSeconds }, crowd, Number(values.queries));
    const context = { world, probe, onSpawn, cpuSeconds, history: createHistory(world, probe) };
    const comparisons: Comparison[] = [];
    for (const workload of passwordWorkloads(crowd)) {
      const options = { rounds: ROUNDS, seconds: Number(values.seconds) };
      comparisons.push(await compare(workload, context, options));
    }
    printTable(comparisons);
  } finally {
    await probe.close();
    await world.stop();
  }
});
