/** CPU time of processes and of all in their groups: on a shared machine it says more than the clock does. */
import { readdirSync, readFileSync } from "node:fs";
import type { Process } from "../servers/process.ts";

/** What /proc counts in, on every Linux. */
const TICKS_PER_SECOND = 100;

interface Usage {
  group: number;
  ticks: number;
}

function readUsage(pid: string): Usage | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The second field is the command in parentheses, which may itself hold spaces: count from behind it.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return { group: Number(fields[2]), ticks: Number(fields[11]) + Number(fields[12]) };
  } catch {
    // It ended in between.
    return undefined;
  }
}

/** So far, by the name of the process that leads the group; nothing where the system does not tell. */
export function readCpuSeconds(leaders: readonly Process[]): Record<string, number> {
  const names = new Map(leaders.map(({ pid, name }) => [pid, name]));
  const seconds: Record<string, number> = {};
  if (process.platform !== "linux") return seconds;
  for (const pid of readdirSync("/proc").filter((entry) => /^\d+$/.test(entry))) {
    const { group, ticks } = readUsage(pid) ?? { group: 0, ticks: 0 };
    const name = names.get(group);
    if (name) seconds[name] = (seconds[name] ?? 0) + ticks / TICKS_PER_SECOND;
  }
  return seconds;
}
