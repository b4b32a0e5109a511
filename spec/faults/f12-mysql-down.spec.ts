/** MySQL is away: sends go on, and the queue holds them until it is back. */
import { expect } from "@jest/globals";
import { timesOf } from "./durations.ts";
import { runRow } from "./run-row.ts";

const { fault, heal } = timesOf("F12");

runRow({
  id: "F12",
  title: "MySQL is killed and comes back",
  world: { own: ["mysql"] },
  fault: ({ world }) => world.ownStore("mysql").kill(),
  heal: ({ world }) => world.ownStore("mysql").start(),
  expectations({ summary }) {
    // Sends must not wait for MySQL.
    expect(summary["closed ms"]).toBeLessThan(((heal - fault) * 1000) / 2);
  },
});
