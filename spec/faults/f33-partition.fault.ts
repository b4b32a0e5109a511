/**
 * The network between two services is torn, one pair after the other: packets vanish, and nobody is told. It is as if
 * the other one were down, and no number is given twice.
 */
import { setTimeout as pause } from "node:timers/promises";
import { partition, whyNoPartition } from "../support/partition.ts";
import type { ProxyName } from "../support/world.ts";
import { runRow, type Scene } from "./run-row.ts";

const tornMs = 8000;
const pairs: ProxyName[] = [
  "create-redis",
  "create-rabbitmq",
  "create-read",
  "read-mysql",
  "read-redis",
  "read-rabbitmq",
];
const why = whyNoPartition();
const means = why ? `a proxy that swallows, since ${why}` : "iptables DROP";

/** Each pair has a port of its own, that of its proxy. */
async function tear({ world, load }: Scene, pair: ProxyName): Promise<void> {
  const proxy = world.proxy(pair);
  if (why) proxy.swallow("to-client", "to-server");
  const heal = why ? proxy.heal : partition(proxy.port);
  try {
    await pause(tornMs);
  } finally {
    heal();
  }
  await load.acknowledged(100);
}

runRow({
  id: "F33",
  title: `the network between two services is torn, by ${means}`,
  world: { proxied: pairs },
  async fault(scene) {
    for (const pair of pairs) await tear(scene, pair);
  },
});
