/** Redis does not answer for a while, and keeps its connections: requests fail soon, and what it did meanwhile counts once. */
import { expect } from "@jest/globals";
import { waitUntil } from "../support/wait-until.ts";
import { runRow } from "./run-row.ts";

/** A command is given up after 1.5 s; the rest is for a machine that is busy with the load. */
const longestMs = 3000;
const longestHealthMs = 1000;
const probes = 5;
/** Twice that is beyond a command's time. */
const latencyMs = 400;
const durations: number[] = [];

runRow({
  id: "F3",
  title: "Redis is frozen",
  world: { own: ["redis"] },
  async fault({ world, load, ask }) {
    world.ownStore("redis").pause();
    // To a chat that there is not: it takes the way of all, and cannot come to be.
    const path = `/${load.parents[0]?.token ?? ""}/chats/999999/messages`;
    await waitUntil(async () => {
      const sentAt = performance.now();
      const { status } = await ask("POST", path, { body: { message_content: "probe" } });
      expect(status).toBe(503);
      durations.push(performance.now() - sentAt);
      // The process itself is as free as ever.
      const askedAt = performance.now();
      expect((await fetch(`${world.creates[0]?.url ?? ""}/healthz`)).status).toBe(200);
      expect(performance.now() - askedAt).toBeLessThan(longestHealthMs);
      return durations.length >= probes;
    });
  },
  heal: ({ world }) => world.ownStore("redis").resume(),
  expectations: () => expect(Math.max(...durations)).toBeLessThan(longestMs),
});

runRow({
  id: "F3",
  title: "Redis is slow",
  world: { proxied: ["create-redis", "read-redis"] },
  fault({ world }) {
    for (const name of ["create-redis", "read-redis"] as const) world.proxy(name).delay(latencyMs);
  },
  heal({ world }) {
    for (const name of ["create-redis", "read-redis"] as const) world.proxy(name).heal();
  },
});
