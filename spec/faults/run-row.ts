/** One row of the fault table: a world under load, a fault, its healing, and the checker's verdict. */
import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "@jest/globals";
import { startWorld, type World, type WorldOptions } from "../support/world.ts";
import { describeWrongs, judge } from "./checker.ts";
import { loadSize, timesOf } from "./durations.ts";
import type { Verdict, Wrongs } from "./facts.ts";
import { openHistory, type Event } from "./history.ts";
import { startLoad, type Load, type LoadOptions } from "./load.ts";
import { readFacts } from "./read-facts.ts";
import { openRequests, type Ask, type Failure } from "./requests.ts";
import { settle } from "./settle.ts";
import { summarize, type Summary } from "./summary.ts";

export type Scene = {
  world: World;
  load: Load;
  ask: Ask;
  /** All that was not answered by 2xx, to anybody. */
  failures: readonly Failure[];
  /** What the load has asked for and was told. */
  events: readonly Event[];
};
export type Row = {
  id: string;
  title: string;
  world?: WorldOptions;
  /** Why this machine cannot play the row, if so: it is skipped then. */
  lacking?: string | undefined;
  load?: Partial<LoadOptions>;
  fault: (scene: Scene) => Promise<void> | void;
  /** At the time of the table; nothing where the fault ends by itself. */
  heal?: (scene: Scene) => Promise<void> | void;
  /** Only where numbers were lost together with Redis may a number be void. */
  mayBeVoid?: boolean;
  /** Kinds of wrongs that this fault may leave behind, with the reason. */
  allowed?: Partial<Record<keyof Wrongs, string>>;
  /** What is to be true besides the checker's verdict. */
  expectations?: (result: Result) => Promise<void> | void;
};
export type Result = Scene & { verdict: Verdict; summary: Summary };

/** For its start, draining and checking. */
const besidesLoadMs = 370_000;

/** Resolves so many seconds after a moment. */
const untilSecond = (started: number, second: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, Math.max(0, started + second * 1000 - performance.now())));

/** The fault comes and goes at its times; gives when. */
async function playFault(row: Row, scene: Scene): Promise<{ faultAt: number; healedAt: number }> {
  const times = timesOf(row.id);
  const started = performance.now();
  await untilSecond(started, times.fault);
  const faultAt = performance.now();
  await row.fault(scene);
  if (row.heal) await untilSecond(started, times.heal);
  await row.heal?.(scene);
  const healedAt = performance.now();
  await untilSecond(started, times.end);
  await scene.load.end();
  return { faultAt, healedAt };
}

async function play(row: Row, world: World): Promise<Result> {
  const history = await openHistory(join(world.dataFolder, "history.jsonl"));
  const options = { ...loadSize, ...row.load };
  const { ask, failures, close } = openRequests(world.url, options.writers * 2 + options.readers);
  const load = await startLoad(ask, history, options);
  const scene = { world, load, ask, failures, events: history.events };
  try {
    const moments = await playFault(row, scene);
    await world.ready();
    await settle(world);
    const verdict = judge(await readFacts(world, history.events));
    const { acknowledgedAt } = load;
    return { ...scene, verdict, summary: summarize(row.id, verdict, { acknowledgedAt, ...moments }) };
  } finally {
    load.abandon();
    await history.close();
    close();
  }
}

function expectClean({ mayBeVoid = false, allowed = {} }: Row, { verdict }: Result): void {
  const wrongs = { ...verdict.wrongs };
  for (const kind of Object.keys(allowed) as (keyof Wrongs)[]) wrongs[kind] = [];
  expect(describeWrongs(wrongs)).toEqual([]);
  if (!mayBeVoid) expect(verdict.voids).toBe(0);
  expect(verdict.acknowledged).toBeGreaterThan(100);
}

/** Declares the spec of a row. */
export function runRow(row: Row): void {
  if (row.lacking) process.stderr.write(`  ${row.id} is skipped: ${row.lacking}\n`);
  (row.lacking ? it.skip : it)(
    `${row.id}: ${row.title}`,
    async () => {
      const world = await startWorld(row.world);
      try {
        const result = await play(row, world);
        report(result.summary);
        expectClean(row, result);
        await row.expectations?.(result);
      } finally {
        await world.stop();
      }
    },
    timesOf(row.id).end * 1000 + besidesLoadMs,
  );
}

/** A line at once, and one for the table at the end of the suite. */
function report(summary: Summary): void {
  const line = Object.entries(summary).map(([name, value]) => `${name} ${value}`);
  process.stderr.write(`  ${line.join(", ")}\n`);
  const file = process.env["PARLEY_FAULTS_REPORT"];
  if (file) appendFileSync(file, `${JSON.stringify(summary)}\n`);
}
