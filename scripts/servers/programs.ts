/** Finds the programs of the servers, also where a user's PATH does not lead. */
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

// RabbitMQ's own folder comes first: the wrappers that Debian puts on the PATH insist on its own system user.
const FIRST = ["/usr/lib/rabbitmq/bin"];
const LAST = ["/usr/local/sbin", "/usr/sbin", "/sbin", "/usr/local/bin", "/opt/homebrew/bin"];

export function findProgram(name: string): string | undefined {
  const folders = [...FIRST, ...(process.env["PATH"] ?? "").split(delimiter), ...LAST];
  return folders.map((folder) => join(folder, name)).find(isExecutable);
}

export function program(name: string): string {
  const path = findProgram(name);
  if (!path) throw new Error(`${name} is not installed`);
  return path;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
