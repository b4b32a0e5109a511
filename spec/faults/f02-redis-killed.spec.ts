/** Redis dies by kill -9 again and again and keeps its files: so do the numbers. */
import { isLong } from "./durations.ts";
import { runRow } from "./run-row.ts";

const times = isLong ? 20 : 2;

runRow({
  id: "F2",
  title: "Redis is killed again and again",
  world: { own: ["redis"] },
  async fault({ world, load }) {
    for (let i = 0; i < times; i += 1) {
      await world.ownStore("redis").restart();
      await load.acknowledged(50);
    }
  },
});
