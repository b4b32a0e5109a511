/** Any process or store dies every two seconds, for as long as asked: nothing acknowledged is lost, doubled or changed. */
import { setTimeout as pause } from "node:timers/promises";
import { expect } from "@jest/globals";
import { timesOf } from "./durations.ts";
import { runRow, type Scene } from "./run-row.ts";

const everyMs = 2000;
const stores = ["redis", "mysql", "rabbitmq", "elasticsearch"] as const;
const { fault, end } = timesOf("F27");

/** One that is not on its way up already: killed in its start again and again, nothing would ever be up. */
async function killAtRandom({ world }: Scene): Promise<void> {
  const targets = [
    world.nginx,
    ...world.creates,
    ...world.reads,
    ...stores.map((name) => world.ownStore(name)),
  ];
  for (
    const over = performance.now() + (end - fault) * 1000;
    performance.now() < over;
    await pause(everyMs)
  ) {
    const up = targets.filter(({ isReviving }) => !isReviving);
    up[Math.floor(Math.random() * up.length)]?.crash();
  }
  await Promise.all(targets.map((target) => target.revived()));
}

runRow({
  id: "F27",
  title: "a random process or store is killed every two seconds",
  world: { own: stores, supervised: true, createServices: 2, readServices: 2 },
  fault: killAtRandom,
  expectations: ({ world }) => {
    const all = [
      world.nginx,
      ...world.creates,
      ...world.reads,
      ...stores.map((name) => world.ownStore(name)),
    ];
    const deaths = all.map((one) => one.deaths);
    const killed = deaths.reduce((sum, n) => sum + n, 0);
    process.stderr.write(`  killed ${killed} times\n`);
    // Not every turn finds somebody who is up.
    expect(killed).toBeGreaterThan((end - fault) / 5);
    if (end >= 120) expect(Math.min(...deaths)).toBeGreaterThan(0);
  },
});
