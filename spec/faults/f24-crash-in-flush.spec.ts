/** The flush of counts dies after each of its steps: no count is lost or added twice. */
import { crashAt, type CrashLine } from "../support/crash-at.ts";
import { runRow } from "./run-row.ts";

const steps: CrashLine[] = [
  "after-take-counts",
  "before-count-commit",
  "after-count-commit",
  "after-drop-counts",
];

runRow({
  id: "F24",
  title: "the flush of counts dies after each of its steps",
  world: { workers: 1, supervised: true },
  async fault({ world }) {
    for (const [i, step] of steps.entries()) {
      await world.workers[0]?.restart(crashAt(step, 1));
      await world.workers[0]?.awaitDeaths(i + 1, 30_000);
    }
  },
});
