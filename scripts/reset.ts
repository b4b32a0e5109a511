/** `npm run reset`: stops everything and deletes all data, after asking. */
import { existsSync, rmSync } from "node:fs";
import { createInterface } from "node:readline/promises";
import { dataFolderPath } from "./data-folder.ts";
import { stopParley } from "./stop.ts";

async function isConfirmed(folder: string): Promise<boolean> {
  if (process.argv.includes("--yes")) return true;
  if (!process.stdin.isTTY) {
    console.error("Nobody to ask here: use `npm run reset -- --yes`.");
    return false;
  }
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await terminal.question(`Delete all data in ${folder}? Type yes: `);
  terminal.close();
  return answer.trim() === "yes";
}

const folder = dataFolderPath();
if (!existsSync(folder)) {
  console.log(`There is no data in ${folder}.`);
} else if (await isConfirmed(folder)) {
  await stopParley(folder);
  rmSync(folder, { recursive: true, force: true });
  console.log(`Deleted ${folder}.`);
} else {
  console.log("Nothing was deleted.");
  process.exitCode = 1;
}
