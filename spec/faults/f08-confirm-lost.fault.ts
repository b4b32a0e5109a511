/** Connections break between publish and confirm: nobody knows, and the repeat has the same number. */
import { setTimeout as pause } from "node:timers/promises";
import { runRow } from "./run-row.ts";

const times = 10;
const swallowedMs = 300;

runRow({
  id: "F8",
  title: "the broker's confirms get lost with their connection",
  world: { proxied: ["create-rabbitmq"] },
  async fault({ world, load }) {
    const proxy = world.proxy("create-rabbitmq");
    for (let i = 0; i < times; i += 1) {
      proxy.swallow("to-client");
      await pause(swallowedMs);
      proxy.heal();
      await load.acknowledged(50);
    }
  },
});
