/** Whether a process stands still, by SIGSTOP. */
import { execFileSync } from "node:child_process";

export function isFrozen(pid: number): boolean {
  return execFileSync("ps", ["-o", "stat=", "-p", String(pid)], { encoding: "utf8" }).startsWith("T");
}
