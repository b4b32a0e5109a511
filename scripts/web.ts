/** The pages that nginx serves, built where what is there was made of something else. */
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { repository } from "./data-folder.ts";

const source = join(repository, "services", "web");
const built = join(source, "dist");
/** What it was made of. */
const stamp = join(source, "dist.made-of");
const MADE_OF = ["services", "scripts/openapi", "scripts/build-pages.ts", "README.md", "package-lock.json"];

/** Every file with its size and time: a name that is gone counts as well. */
function filesOf(path: string): string[] {
  const stats = statSync(path);
  if (stats.isFile()) return [`${path} ${stats.size} ${stats.mtimeMs}`];
  return readdirSync(path)
    .filter((name) => name !== "node_modules" && name !== "pictures" && !name.startsWith("dist"))
    .flatMap((name) => filesOf(join(path, name)));
}

const fingerprint = (): string =>
  createHash("sha256")
    .update(MADE_OF.flatMap((path) => filesOf(join(repository, path))).join("\n"))
    .digest("hex");

const isCurrent = (made: string): boolean =>
  existsSync(stamp) && readFileSync(stamp, "utf8") === made && existsSync(join(built, "index.html"));

/** Gives the folder with the pages. What builds them is loaded only where there is something to build. */
export async function buildWeb(): Promise<string> {
  const made = fingerprint();
  if (isCurrent(made)) return built;
  const { buildPages } = await import("./build-pages.ts");
  // Beside another run that builds, too, or one that was cut off, nobody is to see half of it.
  const outDir = `${built}.${process.pid}`;
  await buildPages(source, outDir);
  rmSync(built, { recursive: true, force: true });
  renameSync(outDir, built);
  writeFileSync(stamp, made);
  return built;
}

if (import.meta.main) await buildWeb();
