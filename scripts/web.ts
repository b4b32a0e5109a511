/** Builds the pages that nginx serves, where what is there is older than what it is made of. */
import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { build } from "vite";
import { repository } from "./data-folder.ts";
import { createDocument } from "./openapi/document.ts";
import { writeCollections } from "./openapi/write-collections.ts";

const source = join(repository, "services", "web");
const built = join(source, "dist");
/** What it was made of. */
const stamp = join(source, "dist.made-of");
const MADE_OF = ["services", "scripts/openapi", "README.md", "package-lock.json"];

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

/** Beside the pages what they show of the API, for programs. */
function writeContract(folder: string): void {
  mkdirSync(join(folder, "api"));
  writeFileSync(join(folder, "api", "openapi.json"), JSON.stringify(createDocument()));
  writeCollections(join(folder, "docs"));
}

/** Gives the folder with the pages. */
export async function buildWeb(): Promise<string> {
  const made = fingerprint();
  if (isCurrent(made)) return built;
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
  writeFileSync(stamp, made);
  return built;
}

if (import.meta.main) await buildWeb();
