/** MySQL's answers get lost, some of them to a COMMIT: what may have been stored is delivered again and stored once. */
import { setTimeout as pause } from "node:timers/promises";
import { runRow } from "./run-row.ts";

const times = 10;
const swallowedMs = 300;

runRow({
  id: "F17",
  title: "the answer to a COMMIT gets lost",
  world: { proxied: ["read-mysql"] },
  async fault({ world, load }) {
    const proxy = world.proxy("read-mysql");
    for (let i = 0; i < times; i += 1) {
      proxy.swallow("to-client");
      await pause(swallowedMs);
      proxy.heal();
      await load.acknowledged(50);
    }
  },
});
