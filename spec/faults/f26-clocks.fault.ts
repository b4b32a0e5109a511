/** The services' clocks differ by twenty minutes, and jump: nothing fails, and order, numbers and repeats are as ever. */
import { expect } from "@jest/globals";
import { createFakeClock, whyNoFakeClock } from "../support/fake-clock.ts";
import { describeFailures, isLate } from "./requests.ts";
import { runRow } from "./run-row.ts";

const create = createFakeClock();
const read = createFakeClock();
/** Enough for the processes, which look at it once a second, to see each jump. */
const recordsBetween = 2000;

runRow({
  id: "F26",
  title: "clocks are wrong and jump",
  lacking: whyNoFakeClock,
  world: { firstEnv: { create: create.env, read: read.env } },
  load: { repeated: true },
  async fault({ load }) {
    for (const [ofCreate, ofRead] of [
      ["+10m", "-10m"],
      ["-10m", "+10m"],
      ["+10m", "+0"],
      ["+0", "-10m"],
    ] as const) {
      create.set(ofCreate);
      read.set(ofRead);
      await load.acknowledged(recordsBetween);
    }
  },
  heal() {
    create.set("+0");
    read.set("+0");
  },
  async expectations({ world, failures }) {
    const minutes = "TIMESTAMPDIFF(MINUTE, MIN(created_at), MAX(created_at)) AS minutes";
    const [row] = await world.db("messages").select<{ minutes: number }[]>(world.db.raw(minutes));
    // The clocks were really wrong.
    expect(row?.minutes).toBeGreaterThan(15);
    expect(describeFailures(failures.filter((one) => !isLate(one)))).toEqual([]);
  },
});
