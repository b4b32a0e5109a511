/** create-service dies between numbering and publishing: the number comes with its record, and leaves no gap. */
import { isLong } from "./durations.ts";
import { crashAt } from "../support/crash-at.ts";
import { runRow } from "./run-row.ts";

const times = isLong ? 40 : 2;

runRow({
  id: "F22",
  title: "create-service dies between numbering and publishing",
  world: { supervised: true },
  async fault({ world }) {
    for (let i = 1; i <= times; i += 1) {
      await world.creates[0]?.restart(crashAt("before-publish", 20));
      await world.creates[0]?.awaitDeaths(i, 30_000);
    }
  },
});
