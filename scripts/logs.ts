/** Keeps the logs of long-running servers from filling the disk. */
import { copyFileSync, readdirSync, statSync, truncateSync } from "node:fs";
import { join } from "node:path";

const LARGEST_BYTES = 64 * 1024 * 1024;

/** Keeps one older part of each log; the servers append, so they go on at the start of the emptied file. */
export function limitLogs(dataFolder: string): void {
  const folder = join(dataFolder, "logs");
  for (const name of readdirSync(folder).filter((file) => file.endsWith(".log"))) {
    const path = join(folder, name);
    if (statSync(path).size < LARGEST_BYTES) continue;
    copyFileSync(path, `${path}.1`);
    truncateSync(path);
  }
}
