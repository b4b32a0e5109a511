/** What every workload gives to the comparison. */
import type { OnSpawn } from "../servers/process.ts";
import type { History } from "./history.ts";
import type { Load } from "./load.ts";
import { faultsOf, repliesOf } from "./load.ts";
import type { Probe } from "./probe.ts";
import type { World } from "./world.ts";

/** One run of one side. */
export interface Run {
  replies: number;
  perSecond: number;
  p50: number;
  p99: number;
  /** What else was counted, by its name with the unit. */
  facts: Record<string, number>;
  /** Anything here makes the figure void. */
  faults: string[];
}

export interface Sides {
  product: (seconds: number) => Promise<Run>;
  baseline: (seconds: number) => Promise<Run>;
  stop: () => Promise<void>;
}

export interface Context {
  world: World;
  probe: Probe;
  onSpawn: OnSpawn;
  /** CPU time of the servers so far, by name. */
  cpuSeconds: () => Record<string, number>;
  /** A chat of 100,000 messages, made when it is first asked for. */
  history: () => Promise<History>;
}

export interface Workload {
  id: string;
  title: string;
  /** The least ratio of product to baseline. */
  aim: number;
  withSearch: boolean;
  prepare: (context: Context) => Promise<Sides>;
}

export function runOf(load: Load, status: number): Run {
  const replies = repliesOf(load, status);
  return {
    replies,
    perSecond: replies / load.seconds,
    p50: load.p50,
    p99: load.p99,
    facts: {},
    faults: faultsOf(load, status),
  };
}
