/** Keeps servers running: starts them, starts them again when they die, and stops them on demand. */
import { setTimeout as sleep } from "node:timers/promises";
import type { ProcessRecord } from "./data-folder.ts";
import { findProcess } from "./servers/process-info.ts";
import type { OnSpawn, Process } from "./servers/process.ts";

const FIRST_DELAY_MS = 500;
const LONGEST_DELAY_MS = 10_000;
const STEADY_MS = 30_000;

export interface Unit<P extends Process = Process> {
  name: string;
  start: (onSpawn: OnSpawn) => Promise<P>;
}

export interface Supervisor {
  /** Resolves when the unit has started for the first time; from then on it is kept running. */
  keep: <P extends Process>(unit: Unit<P>) => Promise<P>;
  /** Stops everything, one group of names after the other; nothing starts any more. */
  stopAll: (order: string[][]) => Promise<void>;
  killAll: () => void;
}

interface Kept {
  unit: Unit;
  /** All that its start has spawned, the main process last. */
  processes: { process: Process; record: ProcessRecord }[];
  restarts: number;
  stopping: AbortController;
  /** Settles when nothing of the unit runs any more, nor will. */
  done: Promise<unknown>;
}

export function createSupervisor(onChange: (processes: ProcessRecord[]) => void): Supervisor {
  const units = new Map<string, Kept>();
  let isStopping = false;
  const announce = () =>
    onChange([...units.values()].flatMap((kept) => kept.processes.map(({ record }) => record)));

  async function keep<P extends Process>(unit: Unit<P>): Promise<P> {
    if (isStopping) throw new Error(`${unit.name} is not started any more`);
    const kept: Kept = {
      unit,
      processes: [],
      restarts: 0,
      stopping: new AbortController(),
      done: Promise.resolve(),
    };
    units.set(unit.name, kept);
    const first = unit.start(remember(kept, announce));
    kept.done = first.then((process) => keepRunning(kept, process, announce)).catch(() => undefined);
    const process = await first;
    if (isStopping) throw new Error(`${unit.name} has come up too late`);
    return process;
  }

  async function stop(name: string): Promise<void> {
    const kept = units.get(name);
    if (!kept) return;
    kept.stopping.abort();
    await stopProcesses(kept);
    await kept.done;
    units.delete(name);
    announce();
  }

  async function stopAll(order: string[][]): Promise<void> {
    isStopping = true;
    for (const names of order) await Promise.all(names.map(stop));
  }

  function killAll(): void {
    isStopping = true;
    for (const kept of units.values()) {
      kept.stopping.abort();
      for (const { process } of kept.processes) process.kill();
    }
  }

  return { keep, stopAll, killAll };
}

function remember(kept: Kept, announce: () => void): OnSpawn {
  return (process) => {
    const { name, port, pid } = process;
    const started = findProcess(pid)?.started ?? "";
    const record = { name, port, pid, started, since: new Date().toISOString(), restarts: kept.restarts };
    kept.processes.push({ process, record });
    announce();
    // It came up while it was already being stopped.
    if (kept.stopping.signal.aborted) void process.stop();
  };
}

async function keepRunning(kept: Kept, first: Process, announce: () => void): Promise<void> {
  const { name } = kept.unit;
  const { signal } = kept.stopping;
  let running: Process | undefined = first;
  let delay = FIRST_DELAY_MS;
  for (;;) {
    const since = Date.now();
    await running?.exited;
    if (signal.aborted) return;
    await stopProcesses(kept);
    if (Date.now() - since >= STEADY_MS) delay = FIRST_DELAY_MS;
    console.log(`${name} is down; starting it again in ${delay / 1000} s`);
    await sleep(delay, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) return;
    delay = Math.min(delay * 2, LONGEST_DELAY_MS);
    kept.restarts += 1;
    running = await kept.unit.start(remember(kept, announce)).catch((error: Error) => {
      if (!signal.aborted) console.log(error.message);
      return undefined;
    });
    if (running) console.log(`${name} runs again`);
  }
}

async function stopProcesses(kept: Kept): Promise<void> {
  for (const { process } of kept.processes.toReversed()) await process.stop();
  kept.processes = [];
}
