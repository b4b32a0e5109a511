/** Builds the pages that nginx serves, where what is there is older than what it is made of. */
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "vite";
import { repository } from "./data-folder.ts";
import { createDocument } from "./openapi/document.ts";
import { writeCollections } from "./openapi/write-collections.ts";

const source = join(repository, "services", "web");
const built = join(source, "dist");
const MADE_OF = ["services", "scripts/openapi", "package-lock.json"];

function newest(path: string): number {
  const stats = statSync(path);
  if (!stats.isDirectory()) return stats.mtimeMs;
  const inside = readdirSync(path, { withFileTypes: true }).filter(
    ({ name }) => name !== "node_modules" && !name.startsWith("dist"),
  );
  return Math.max(stats.mtimeMs, ...inside.map(({ name }) => newest(join(path, name))));
}

function isCurrent(): boolean {
  if (!existsSync(built)) return false;
  const made = statSync(join(built, "index.html")).mtimeMs;
  return MADE_OF.every((path) => newest(join(repository, path)) < made);
}

/** Beside the pages what they show of the API, for programs. */
function writeContract(folder: string): void {
  mkdirSync(join(folder, "api"));
  writeFileSync(join(folder, "api", "openapi.json"), JSON.stringify(createDocument()));
  writeCollections(join(folder, "docs"));
}

/** Gives the folder with the pages. */
export async function buildWeb(): Promise<string> {
  if (isCurrent()) return built;
  // Beside another run that builds, too, or one that was cut off, nobody is to see half of it.
  const outDir = `${built}.${process.pid}`;
  await build({
    root: source,
    configFile: join(source, "vite.config.ts"),
    logLevel: "warn",
    build: { outDir },
  });
  writeContract(outDir);
  rmSync(built, { recursive: true, force: true });
  renameSync(outDir, built);
  return built;
}

if (import.meta.main) await buildWeb();
