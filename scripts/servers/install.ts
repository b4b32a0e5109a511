/** Installs what is missing of the real servers: by apt on Debian and Ubuntu, elsewhere it says what to install. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { findDistribution, findJava } from "./elasticsearch-distribution.ts";
import { findProgram } from "./programs.ts";

/** A program that can be found, or a file at its place. */
type Requirement = { package: string } & ({ program: string } | { file: string });

const isThere = (one: Requirement): boolean =>
  "program" in one ? findProgram(one.program) !== undefined : existsSync(one.file);

const missingPackages = (requirements: readonly Requirement[]): string[] =>
  requirements.filter((one) => !isThere(one)).map((one) => one.package);

const SERVERS: Requirement[] = [
  { program: "mariadbd", package: "mariadb-server" },
  { program: "redis-server", package: "redis-server" },
  { program: "rabbitmq-server", package: "rabbitmq-server" },
  { program: "nginx", package: "nginx" },
];

const FETCH_TOOLS: Requirement[] = [
  { program: "mvn", package: "maven" },
  { program: "unzip", package: "unzip" },
];

/** Throws when a server that the product needs is missing; without Elasticsearch it only says so. */
export async function installServers(): Promise<void> {
  const missing = missingServers();
  const missingForSearch = missingSearchPackages();
  if (missing.length + missingForSearch.length === 0) return;
  if (process.getuid?.() === 0 && findProgram("apt-get")) {
    console.log(`Installing with apt: ${[...missing, ...missingForSearch].join(" ")}`);
    await withoutServiceStarts(async () => {
      await apt(["update"]);
      // Slim Debian images lack this folder, and Java's installation fails without it.
      mkdirSync("/usr/share/man/man1", { recursive: true });
      if (missing.length > 0) await apt(["install", ...missing]);
      // Apart, so that a distribution without this Java still gets the rest.
      if (missingForSearch.length > 0) await apt(["install", ...missingForSearch]).catch(() => undefined);
    });
  }
  const stillMissing = missingServers();
  if (stillMissing.length > 0) throw new Error(`Please install (Debian names): ${stillMissing.join(" ")}`);
  const search = missingSearchPackages();
  if (search.length > 0) {
    console.log(`Elasticsearch is left out, search uses the database; missing: ${search.join(" ")}`);
  }
}

/** What some rows of the fault suite need; where it cannot be had, they say so and are skipped. */
const FAULT_TOOLS: Requirement[] = [
  { program: "iptables", package: "iptables" },
  { program: "faketime", package: "faketime" },
];

export const installFaultTools = (): Promise<void> => installTools("the fault suite", FAULT_TOOLS);

/** For the specs of the pages, and for the pictures of them. */
export const installBrowser = (): Promise<void> =>
  installTools("the browser", [{ program: "chromium", package: "chromium" }]);

/** For people of all scripts in the pictures. */
export const installFonts = (): Promise<void> =>
  installTools("the pictures", [
    { file: "/usr/share/fonts/truetype/noto/NotoSans-Regular.ttf", package: "fonts-noto-core" },
    { file: "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc", package: "fonts-noto-cjk" },
    { file: "/usr/share/fonts/truetype/noto/NotoColorEmoji.ttf", package: "fonts-noto-color-emoji" },
  ]);

/** What the bench compares search with. */
export const installRivals = (): Promise<void> =>
  installTools("the bench", [{ program: "pg_lsclusters", package: "postgresql" }]);

async function installTools(purpose: string, tools: readonly Requirement[]): Promise<void> {
  const missing = missingPackages(tools);
  if (missing.length === 0 || process.getuid?.() !== 0 || !findProgram("apt-get")) return;
  console.log(`Installing with apt, for ${purpose}: ${missing.join(" ")}`);
  await withoutServiceStarts(async () => {
    await apt(["update"]);
    await apt(["install", ...missing]);
  }).catch((error: Error) => console.log(`Not installed: ${error.message}`));
}

const missingServers = (): string[] => missingPackages(SERVERS);

/** Packages without which Elasticsearch cannot be had. */
export function missingSearchPackages(): string[] {
  const packages = findDistribution() ? [] : missingPackages(FETCH_TOOLS);
  return findJava() ? packages : ["openjdk-17-jre-headless", ...packages];
}

async function apt(args: string[]): Promise<void> {
  const child = spawn(
    "apt-get",
    ["-y", "-q", "-o", "DPkg::Lock::Timeout=300", "--no-install-recommends", ...args],
    {
      stdio: ["ignore", "inherit", "inherit"],
      env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
    },
  );
  const [code] = (await once(child, "exit")) as [number | null];
  if (code !== 0) throw new Error(`apt-get ${args.join(" ")} failed`);
}

const POLICY = "/usr/sbin/policy-rc.d";
const KEPT_POLICY = `${POLICY}.kept-by-parley`;
const NO_STARTS = "#!/bin/sh\n# Put here by Parley while it installs packages.\nexit 101\n";

/** Keeps the packages' own services from starting, as they would take ports such as 80. */
async function withoutServiceStarts(action: () => Promise<void>): Promise<void> {
  const isOurs = existsSync(POLICY) && readFileSync(POLICY, "utf8") === NO_STARTS;
  // Ours is left over from a run that was killed, and the kept one, if any, is the machine's.
  if (existsSync(POLICY) && !isOurs) renameSync(POLICY, KEPT_POLICY);
  writeFileSync(POLICY, NO_STARTS, { mode: 0o755 });
  try {
    await action();
  } finally {
    if (existsSync(KEPT_POLICY)) renameSync(KEPT_POLICY, POLICY);
    else rmSync(POLICY);
  }
}
