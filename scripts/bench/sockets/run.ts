/** `npm run bench:sockets`: how soon a message is delivered, and what sockets cost that do nothing. */
import { readCpuSeconds } from "../cpu.ts";
import { installServers } from "../../servers/install.ts";
import { runOnStage } from "../stage.ts";
import { startWorld } from "../world.ts";
import { measureDelays } from "./delays.ts";
import { measureIdle } from "./idle.ts";

await runOnStage(async (stage) => {
  await installServers();
  const { onSpawn, started } = stage;
  const world = await startWorld({ dataFolder: stage.makeFolder("sockets"), withSearch: false, onSpawn });
  console.log("Delays");
  await measureDelays(world);
  console.log("Idle sockets");
  await measureIdle(world, () => readCpuSeconds(started));
  await world.stop();
});
