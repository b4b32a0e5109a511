/** Where the Parley is that a script talks to, and what opens it. */
import { existsSync, readFileSync } from "node:fs";
import { dataFolderPath, readState, secretPath } from "./data-folder.ts";

/** Where `npm start` runs on this machine, if nothing else is said. */
export function findParley(): string {
  const given = process.env["PARLEY_URL"];
  return (given || readState(dataFolderPath()).address || "http://127.0.0.1").replace(/\/+$/, "");
}

/** Needed where Parley is served on a public address. */
export function findOperatorKey(): string | undefined {
  if (process.env["OPERATOR_KEY"]) return process.env["OPERATOR_KEY"];
  const files = [process.env["OPERATOR_KEY_FILE"], secretPath(dataFolderPath(), "operator_key")];
  // The key of this machine's own Parley is nobody else's business.
  const file = process.env["PARLEY_URL"] ? files[0] : files.find((path) => path && existsSync(path));
  return file ? readFileSync(file, "utf8").trim() : undefined;
}
