/**
 * The first file of every npm script: installs the npm packages when they are missing or outdated, then runs the given
 * TypeScript file on the project's own Node. Plain JavaScript without dependencies, because any Node >= 18 may run it.
 */
import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const PARENT_CHECK_MS = 1000;
const SAME_KEY_PRESS_MS = 1000;
const root = fileURLToPath(new URL("..", import.meta.url));
const lock = join(root, ".parley", "npm-ci.lock");

const modified = (path) => statSync(join(root, path), { throwIfNoEntry: false })?.mtimeMs ?? 0;

// npm writes this file last, so an interrupted installation counts as missing.
const isInstalled = () => modified("node_modules/.package-lock.json") >= modified("package-lock.json");

function lockIsStale() {
  try {
    process.kill(Number(readFileSync(join(lock, "pid"), "utf8")), 0);
    return false;
  } catch (error) {
    // Without a pid file its owner has just made the folder, or died before it wrote one.
    return (
      error.code === "ESRCH" ||
      (error.code === "ENOENT" && Date.now() - modified(".parley/npm-ci.lock") > 5000)
    );
  }
}

async function takeLock() {
  mkdirSync(join(root, ".parley"), { recursive: true });
  for (let told = false; ; told = true) {
    try {
      mkdirSync(lock);
      writeFileSync(join(lock, "pid"), String(process.pid));
      return;
    } catch (error) {
      if (error.code !== "EEXIST") throw error;
      if (!told) console.log("Waiting for another run that installs the npm packages …");
      if (lockIsStale()) rmSync(lock, { recursive: true, force: true });
      await sleep(250);
    }
  }
}

/** Gives the exit code of npm. */
async function install() {
  await takeLock();
  const started = Date.now();
  const seconds = () => Math.round((Date.now() - started) / 1000);
  const progress = setInterval(() => console.log(`  … ${seconds()} s`), 5000);
  try {
    if (isInstalled()) return 0;
    console.log("Installing npm packages (npm ci) …");
    // npm must not run on node_modules/.bin/node, which it is about to delete.
    const path = process.env.PATH.split(delimiter).filter(
      (folder) => !folder.endsWith(join("node_modules", ".bin")),
    );
    const env = { ...process.env, PATH: path.join(delimiter) };
    const code = await run("npm", ["ci", "--no-audit", "--no-fund"], {
      env,
      stdio: ["ignore", "inherit", "inherit"],
    });
    console.log(code === 0 ? `npm packages installed (${seconds()} s)` : "npm ci has failed");
    return code;
  } finally {
    clearInterval(progress);
    rmSync(lock, { recursive: true, force: true });
  }
}

/** Runs a command to its end, passing signals on to it; gives its exit code. */
function run(command, args, options) {
  // Its own session: a Ctrl-C in the terminal then reaches it once, from here, and not a second time from the terminal.
  const child = spawn(command, args, { cwd: root, detached: true, ...options });
  const lastSent = new Map();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
    process.on(signal, () => {
      // npm hands on the signal that the terminal has already sent to this process, too.
      if (Date.now() - (lastSent.get(signal) ?? 0) < SAME_KEY_PRESS_MS) return;
      lastSent.set(signal, Date.now());
      child.kill(signal);
    });
  }
  // A SIGTERM to npm ends npm and its shell, and reaches nobody below them.
  const parent = process.ppid;
  const orphaned = () => process.ppid !== parent && child.kill("SIGTERM");
  const watch = setInterval(orphaned, PARENT_CHECK_MS);
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => resolve(code ?? 1));
  }).finally(() => clearInterval(watch));
}

process.exitCode = isInstalled() ? 0 : await install();
const [script, ...args] = process.argv.slice(2);
if (script && process.exitCode === 0) {
  const node = join(root, "node_modules", ".bin", "node");
  process.exitCode = await run(node, [join(root, script), ...args], { stdio: "inherit" });
}
