/** Starts a server process in its own session, waits until it is ready, and stops it by its pid. */
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, closeSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { connect } from "node:net";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import type { Account } from "./account.ts";
import { findProcess, isAlive, type ProcessId } from "./process-info.ts";

const INSIST_MS = 500;
// MariaDB hangs for ever on a signal in the middle of its start; all stores survive being killed there.
const STARTING_STOP_MS = 5000;

export interface Process {
  name: string;
  port: number;
  pid: number;
  exited: Promise<void>;
  stop: () => Promise<void>;
  /** At once, with everything that it has started. */
  kill: () => void;
}

export interface Server extends Process {
  url: string;
}

/** Told of each process the moment it exists, long before it is ready, so that none can be forgotten. */
export type OnSpawn = (process: Process) => void;

/** What every startX of this folder takes; the server keeps its files in <dataFolder>/<its name>. */
export interface ServerOptions {
  dataFolder: string;
  port: number;
  onSpawn?: OnSpawn | undefined;
}

export interface ProcessOptions {
  name: string;
  port: number;
  command: string;
  args: string[];
  log: string;
  ready: () => Promise<boolean>;
  readyMs?: number;
  stopSignal?: NodeJS.Signals;
  stopMs?: number;
  cwd?: string;
  env?: NodeJS.ProcessEnv;
  account?: Account | undefined;
  onSpawn?: OnSpawn | undefined;
}

export async function startProcess(options: ProcessOptions): Promise<Process> {
  let isReady = false;
  const started = await spawnProcess(options, () => isReady);
  try {
    await untilReady(started, options);
    isReady = true;
    return started;
  } catch (error) {
    await started.stop();
    throw error;
  }
}

async function spawnProcess(options: ProcessOptions, isReady: () => boolean): Promise<Process> {
  const { name, port, command, args, cwd, env, account, stopSignal = "SIGTERM", stopMs = 20_000 } = options;
  mkdirSync(dirname(options.log), { recursive: true });
  const log = openSync(options.log, "a");
  // Its own session, so that a Ctrl-C in the terminal does not reach it: we decide about the order of stopping.
  const child = spawn(command, args, {
    detached: true,
    stdio: ["ignore", log, log],
    cwd,
    env,
    ...(account && { uid: account.uid, gid: account.gid }),
  });
  closeSync(log);
  const { pid } = child;
  if (pid === undefined) {
    throw new Error(`${name} could not be started: ${String((await once(child, "error"))[0])}`);
  }

  // Set while specs run: whoever runs them stops what a killed spec has left behind.
  const record = process.env["TEST_PROCESSES"];
  if (record) appendFileSync(record, `${JSON.stringify(findProcess(pid) ?? { pid, started: "" })}\n`);

  let hasExited = false;
  const exited = new Promise<void>((resolve) => {
    child.once("exit", () => {
      hasExited = true;
      // A launcher that was killed leaves its children behind, which still hold ports and data.
      signalGroup(pid, "SIGKILL");
      resolve();
    });
  });
  // After the exit the number may belong to a stranger.
  const kill = () => (hasExited ? undefined : signalGroup(pid, "SIGKILL"));
  const stop = async () => {
    if (hasExited) return;
    signalProcess(pid, stopSignal);
    // A starting server may not heed signals yet; a running one might take the second as an order to hurry.
    const insist = setInterval(() => {
      if (!hasExited && !isReady()) signalProcess(pid, stopSignal);
    }, INSIST_MS);
    const patience = setTimeout(kill, isReady() ? stopMs : STARTING_STOP_MS);
    await exited;
    clearInterval(insist);
    clearTimeout(patience);
  };
  const spawned = { name, port, pid, exited, stop, kill };
  options.onSpawn?.(spawned);
  return spawned;
}

async function untilReady(starting: Process, options: ProcessOptions): Promise<void> {
  const { name, ready, readyMs = 60_000, log } = options;
  const deadline = Date.now() + readyMs;
  let gone = false;
  void starting.exited.then(() => (gone = true));
  for (;;) {
    const isReady = await ready().catch(() => false);
    if (gone) throw new Error(`${name} ended while starting; the end of ${log}:\n${lastLines(log)}`);
    if (isReady) return;
    if (Date.now() > deadline) {
      throw new Error(
        `${name} was not ready after ${readyMs / 1000} s; the end of ${log}:\n${lastLines(log)}`,
      );
    }
    await sleep(100);
  }
}

function lastLines(log: string): string {
  return readFileSync(log, "utf8").trimEnd().split("\n").slice(-10).join("\n");
}

function signalProcess(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

/** Signals all that a process of ours has started: being detached, it leads a group of its own number. */
export function signalGroup(pid: number, signal: NodeJS.Signals): void {
  signalProcess(-pid, signal);
}

/** Stops a process that an earlier run of the scripts left behind. */
export async function stopStray(id: ProcessId, ms = 20_000): Promise<void> {
  if (!isAlive(id)) return;
  signalProcess(id.pid, "SIGTERM");
  for (const deadline = Date.now() + ms; isAlive(id) && Date.now() < deadline;) await sleep(100);
  signalGroup(id.pid, "SIGKILL");
}

interface RunOptions {
  env?: NodeJS.ProcessEnv;
  cwd?: string;
  account?: Account | undefined;
  signal?: AbortSignal | undefined;
}

/** Runs a command to its end and gives what it printed. */
export async function run(command: string, args: string[], options: RunOptions = {}): Promise<string> {
  const { account, ...rest } = options;
  const { stdout } = await promisify(execFile)(command, args, {
    ...rest,
    ...(account && { uid: account.uid, gid: account.gid }),
    maxBuffer: 64 * 1024 * 1024,
  });
  return stdout;
}

/** Sends bytes to a local port and gives the answer once it matches: how a server is seen to be up. */
export function ask(port: number, bytes: string, expected: RegExp): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: "127.0.0.1" });
    let answer = "";
    socket.setTimeout(1000, () => socket.destroy());
    socket.on("connect", () => socket.write(bytes));
    socket.on("data", (data) => {
      answer += data.toString("latin1");
      if (!expected.test(answer)) return;
      resolve(answer);
      socket.destroy();
    });
    socket.on("error", reject);
    socket.on("close", () => reject(new Error(`port ${port} does not answer as expected`)));
  });
}
