/** MySQL does not answer, and keeps its connections: what needs it fails soon, sends go on, and their reads find them. */
import { expect } from "@jest/globals";
import { timesOf } from "./durations.ts";
import { runRow } from "./run-row.ts";

/** A query is given up after 3 s; the rest is for a machine that is busy with the load. */
const longestMs = 4500;
const { fault, heal } = timesOf("F13");
const durations: number[] = [];

runRow({
  id: "F13",
  title: "MySQL is frozen",
  world: { own: ["mysql"] },
  async fault({ world, load, ask }) {
    const { token, chat } = load.parents[0] ?? { token: "", chat: 0 };
    world.ownStore("mysql").pause();
    for (let i = 0; i < 3; i += 1) {
      const sentAt = performance.now();
      const { status } = await ask("GET", `/${token}/chats/${chat}/messages/1`);
      durations.push(performance.now() - sentAt);
      // Only MySQL has it, and nobody says that it is not there.
      expect(status).toBe(503);
    }
  },
  heal: ({ world }) => world.ownStore("mysql").resume(),
  expectations({ summary }) {
    expect(Math.max(...durations)).toBeLessThan(longestMs);
    expect(summary["closed ms"]).toBeLessThan(((heal - fault) * 1000) / 2);
  },
});
