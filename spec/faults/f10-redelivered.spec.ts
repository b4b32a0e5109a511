/** The consumer dies with deliveries in hand: they come again, and each is stored, counted and indexed once. */
import { isLong } from "./durations.ts";
import { runRow } from "./run-row.ts";

const times = isLong ? 25 : 2;

runRow({
  id: "F10",
  title: "deliveries come again",
  world: { workers: 1 },
  async fault({ world, load }) {
    for (let i = 0; i < times; i += 1) {
      await world.workers[0]?.restart();
      await load.acknowledged(100);
    }
  },
});
