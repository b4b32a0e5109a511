/** The consumer dies between COMMIT and acknowledgement: what comes again changes nothing. */
import { isLong } from "./durations.ts";
import { crashAt } from "../support/crash-at.ts";
import { runRow } from "./run-row.ts";

const times = isLong ? 15 : 2;

runRow({
  id: "F18",
  title: "the consumer dies between COMMIT and ack",
  world: { workers: 1, supervised: true },
  async fault({ world }) {
    for (let i = 1; i <= times; i += 1) {
      await world.workers[0]?.restart(crashAt("before-ack", 3));
      await world.workers[0]?.awaitDeaths(i, 30_000);
    }
  },
});
