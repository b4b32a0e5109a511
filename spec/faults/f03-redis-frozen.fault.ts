/** Redis does not answer for a while, and keeps its connections: requests fail soon, and what it did meanwhile counts once. */
import { expect } from "@jest/globals";
import { runRow } from "./run-row.ts";

/** A command is given up after 1.5 s; the rest is for a machine that is busy with the load. */
const longestMs = 3000;
const longestHealthMs = 1000;
const probes = 5;
/** Twice that is beyond a command's time. */
const latencyMs = 400;
const seen: { status: number; ms: number; health: number; healthMs: number }[] = [];

runRow({
  id: "F3",
  title: "Redis is frozen",
  world: { own: ["redis"] },
  async fault({ world, load, ask }) {
    world.ownStore("redis").pause();
    // To a chat that there is not: it takes the way of all, and cannot come to be.
    const path = `/${load.parents[0]?.token ?? ""}/chats/999999/messages`;
    for (let i = 0; i < probes; i += 1) {
      const sentAt = performance.now();
      const { status } = await ask("POST", path, { body: { message_content: "probe" } });
      const ms = performance.now() - sentAt;
      const askedAt = performance.now();
      const { status: health } = await fetch(`${world.creates[0]?.url ?? ""}/healthz`);
      seen.push({ status, ms, health, healthMs: performance.now() - askedAt });
    }
  },
  heal: ({ world }) => world.ownStore("redis").resume(),
  expectations() {
    expect(seen.map(({ status, health }) => ({ status, health }))).toEqual(
      seen.map(() => ({ status: 503, health: 200 })),
    );
    expect(Math.max(...seen.map(({ ms }) => ms))).toBeLessThan(longestMs);
    // The process itself is as free as ever.
    expect(Math.max(...seen.map(({ healthMs }) => healthMs))).toBeLessThan(longestHealthMs);
  },
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
