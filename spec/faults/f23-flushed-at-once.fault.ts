/**
 * Three workers flush counts each second. One is frozen after each step of a flush until another has taken its lock, and
 * then goes on: the counts are exact.
 */
import { setTimeout as pause } from "node:timers/promises";
import { expect } from "@jest/globals";
import { crashAt, freezeAt, type CrashLine } from "../support/crash-at.ts";
import { isFrozen } from "../support/frozen.ts";
import { waitUntil } from "../support/wait-until.ts";
import { runRow } from "./run-row.ts";

const steps: CrashLine[] = ["after-take-counts", "before-count-commit", "after-count-commit"];
/** Longer than the server keeps a silent connection and its locks. */
const frozenMs = 25_000;
/** Loads what makes it flush each second, and never comes to crash. */
const flushOften = crashAt("after-take-counts", Infinity);
const flushes: number[] = [];

runRow({
  id: "F23",
  title: "one of three workers is frozen in the middle of a flush",
  world: { workers: 3, firstEnv: { worker: flushOften } },
  async fault({ world }) {
    const [first] = world.workers;
    if (!first) throw new Error("workers are needed");
    const countFlushes = async (): Promise<number> => (await world.db("flush_batches").select("id")).length;
    for (const step of steps) {
      await first.restart(freezeAt(step, 1));
      await waitUntil(() => isFrozen(first.pid), 60_000);
      const before = await countFlushes();
      await pause(frozenMs);
      flushes.push((await countFlushes()) - before);
      first.resume();
    }
  },
  // The others went on meanwhile.
  expectations: () => expect(Math.min(...flushes)).toBeGreaterThan(0),
});
