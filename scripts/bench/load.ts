/** Puts a server under load from a process apart, in a closed loop: each connection waits for its reply. */
import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

export const CONNECTIONS = 64;

export interface Request {
  method?: "GET" | "POST";
  path: string;
  headers?: Record<string, string>;
  body?: string;
}

export interface LoadJob {
  url: string;
  connections: number;
  /** One list for each connection, gone through again and again; with fewer lists they are dealt out in turn. */
  requests: Request[][];
  seconds?: number;
  /** Replies after which to stop, instead of after seconds. */
  amount?: number;
  /** Gives each request a UUIDv7 in this header. */
  keyHeader?: string | undefined;
  /** Which part of the requests repeat the one before them on their connection, key and all. */
  repeated?: number | undefined;
}

export interface Load {
  startedAt: number;
  seconds: number;
  /** More than there are replies: some were under way at the end. */
  sent: number;
  /** How many of those were repeats. */
  repeats: number;
  statuses: Record<string, number>;
  errors: number;
  p50: number;
  p99: number;
}

export async function runLoad(job: LoadJob): Promise<Load> {
  const child = fork(join(import.meta.dirname, "generator.ts"), { serialization: "advanced" });
  const exited = once(child, "exit").then(([code]) => {
    throw new Error(`The load generator ended early with code ${String(code)}.`);
  });
  // It also ends when all is well; then nobody waits for this any more.
  exited.catch(() => undefined);
  const replied = once(child, "message");
  child.send(job);
  const [load] = (await Promise.race([replied, exited])) as [Load];
  return load;
}

export function repliesOf(load: Load, status: number): number {
  return load.statuses[status] ?? 0;
}

/** What went wrong, in words: every reply was to have this status. */
export function faultsOf(load: Load, status: number): string[] {
  const others = Object.entries(load.statuses).filter(([given]) => Number(given) !== status);
  return [
    ...others.map(([given, count]) => `${count} × status ${given}`),
    ...(load.errors > 0 ? [`${load.errors} connection errors or timeouts`] : []),
    ...(repliesOf(load, status) === 0 ? [`no reply with status ${status}`] : []),
  ];
}
