/** Where a native installation keeps its data, its secrets, and what it knows about its own processes. */
import { randomBytes } from "node:crypto";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { homedir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { serverAccount } from "./servers/account.ts";
import { findProcess, isAlive, type ProcessId } from "./servers/process-info.ts";

export interface ProcessRecord extends ProcessId {
  name: string;
  port: number;
  since: string;
  restarts: number;
}

export interface State {
  ports: Record<string, number>;
  processes: ProcessRecord[];
  address?: string;
  demoToken?: string;
}

export const repository = join(import.meta.dirname, "..");

/** Reads `.env` first, since it may name the folder. */
export function dataFolderPath(): string {
  const file = join(repository, ".env");
  if (existsSync(file)) process.loadEnvFile(file);
  if (process.env["PARLEY_DATA"]) return resolve(process.env["PARLEY_DATA"]);
  return serverAccount() ? "/var/lib/parley" : join(homedir(), ".local", "share", "parley");
}

export function openDataFolder(): string {
  const folder = dataFolderPath();
  mkdirSync(join(folder, "logs"), { recursive: true });
  // The servers run as an account of their own and must get through to their folders.
  for (let path = folder; serverAccount() && path !== dirname(path); path = dirname(path)) {
    if (path === folder) chmodSync(folder, 0o711);
    else if ((statSync(path).mode & 0o001) === 0) {
      throw new Error(
        `${path} is closed to other users: set PARLEY_DATA to a folder that the servers can reach.`,
      );
    }
  }
  return folder;
}

export function readState(folder: string): State {
  const path = join(folder, "state.json");
  if (!existsSync(path)) return { ports: {}, processes: [] };
  return JSON.parse(readFileSync(path, "utf8")) as State;
}

export function writeState(folder: string, state: State): void {
  replaceFile(join(folder, "state.json"), JSON.stringify(state, null, 2));
}

/** The secret of this name, made up at the first call. */
export function secret(folder: string, name: string): string {
  return readFileSync(
    secretFile(folder, name, () => randomBytes(32).toString("hex")),
    "utf8",
  );
}

/** The path of the secret of this name, made at the first call. */
export function secretFile(folder: string, name: string, make: () => string): string {
  const path = secretPath(folder, name);
  if (!existsSync(path)) {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    replaceFile(path, make());
  }
  return path;
}

export function secretPath(folder: string, name: string): string {
  return join(folder, "secrets", name);
}

// A rename, so that neither a reader nor a crash ever meets half a file.
export function replaceFile(path: string, text: string): void {
  writeFileSync(`${path}.new`, text, { mode: 0o600 });
  renameSync(`${path}.new`, path);
}

const supervisorPath = (folder: string) => join(folder, "supervisor.json");

/** The `npm start` that runs on this folder, if one does. */
export function findSupervisor(folder: string): ProcessId | undefined {
  try {
    const id = JSON.parse(readFileSync(supervisorPath(folder), "utf8")) as ProcessId;
    return isAlive(id) ? id : undefined;
  } catch {
    return undefined;
  }
}

/** Makes this process the folder's supervisor, or gives the one that there already is. */
export async function becomeSupervisor(folder: string): Promise<ProcessId | undefined> {
  const running = findSupervisor(folder);
  if (running) return running;
  const started = findProcess(process.pid)?.started ?? "";
  replaceFile(supervisorPath(folder), JSON.stringify({ pid: process.pid, started }));
  // Of several that start at the same moment, the last to write stays.
  await sleep(200);
  const winner = findSupervisor(folder);
  return winner?.pid === process.pid ? undefined : winner;
}

export function resignAsSupervisor(folder: string): void {
  rmSync(supervisorPath(folder), { force: true });
}
