/** What the operating system knows about a process id. */
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";

export interface ProcessId {
  pid: number;
  /** When the process started, in the system's own notation: tells a recycled pid from the process once known. */
  started: string;
}

/** Undefined when there is no such process, or only its zombie. */
export function findProcess(pid: number): ProcessId | undefined {
  try {
    const { state, started } = hasProc ? readProc(pid) : readPs(pid);
    return state.startsWith("Z") ? undefined : { pid, started };
  } catch {
    return undefined;
  }
}

export function isAlive(id: ProcessId): boolean {
  return findProcess(id.pid)?.started === id.started;
}

/** The memory of a process and of all it has started in its group; 0 where the system does not tell. */
export function groupMemoryKb(pid: number): number {
  if (!hasProc) return 0;
  const pids = readdirSync("/proc").map(Number).filter(Number.isInteger);
  return pids.reduce((sum, member) => sum + memoryKbInGroup(member, pid), 0);
}

const hasProc = existsSync("/proc/self/stat");

function memoryKbInGroup(pid: number, group: number): number {
  try {
    if (readProc(pid).group !== group) return 0;
    return Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0);
  } catch {
    // It ended in between.
    return 0;
  }
}

function readProc(pid: number): { state: string; group: number; started: string } {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  // The second field is the command in parentheses, which may itself hold spaces: count from behind it.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return { state: fields[0] ?? "", group: Number(fields[2]), started: fields[19] ?? "" };
}

function readPs(pid: number): { state: string; started: string } {
  const line = execFileSync("ps", ["-o", "stat=,lstart=", "-p", String(pid)], { encoding: "utf8" }).trim();
  const [state, ...started] = line.split(/\s+/);
  return { state: state ?? "", started: started.join(" ") };
}
