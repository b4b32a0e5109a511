/** Drops all packets to and from local ports without a word, as a torn network does. Only where iptables may be used. */
import { execFileSync } from "node:child_process";
import { findProgram } from "../../scripts/servers/programs.ts";

function change(flag: "-I" | "-D", port: number): void {
  for (const side of ["--dport", "--sport"]) {
    const rule = ["OUTPUT", "-o", "lo", "-p", "tcp", side, String(port), "-j", "DROP"];
    execFileSync(findProgram("iptables") ?? "iptables", ["-w", flag, ...rule], { stdio: "pipe" });
  }
}

/** Returns what heals it. */
export function partition(port: number): () => void {
  change("-I", port);
  return () => change("-D", port);
}

/** Why there cannot be one on this machine, if so; found out by trying. */
export function whyNoPartition(): string | undefined {
  try {
    // Nobody uses this port.
    partition(1)();
    return undefined;
  } catch (err) {
    return `iptables cannot set rules (${(err as Error).message.trim().split("\n").at(-1)})`;
  }
}
