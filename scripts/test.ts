/**
 * `npm test`: starts real servers of its own, runs jest against them, stops them, and counts. With --faults it runs the
 * fault suite in full, one row at a time, and prints what all rows together have shown; with --soak it kills at random.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { repository } from "./data-folder.ts";
import { step } from "./progress.ts";
import { fetchDistribution, findDistribution } from "./servers/elasticsearch-distribution.ts";
import { startElasticsearch } from "./servers/elasticsearch.ts";
import {
  installBrowser,
  installFaultTools,
  installServers,
  missingSearchPackages,
} from "./servers/install.ts";
import { startMariadb } from "./servers/mariadb.ts";
import { freeTestPort } from "./servers/ports.ts";
import { isAlive, type ProcessId } from "./servers/process-info.ts";
import { signalGroup, stopStray, type Process } from "./servers/process.ts";
import { program } from "./servers/programs.ts";
import { rabbitmqEnv, startRabbitmq } from "./servers/rabbitmq.ts";
import { startRedis } from "./servers/redis.ts";
import { buildWeb } from "./web.ts";

interface JestResult {
  numPassedTests: number;
  numFailedTests: number;
  numRuntimeErrorTestSuites: number;
}

const LEFT_STOP_MS = 2000;

/** Suites that run one spec at a time and report; PARLEY_FAULTS tells the specs. */
const SUITES: Record<string, string> = { "--faults": "long", "--soak": "soak" };
const [given = "", ...rest] = process.argv.slice(2);
const suite = SUITES[given];
const minutes = suite === "soak" && rest[0] === "--minutes" ? rest.splice(0, 2)[1] : undefined;
const jestArguments = suite ? ["--maxWorkers=1", ...rest] : process.argv.slice(2);

const dataFolder = mkdtempSync(join(tmpdir(), "parley-test-"));
const started: Process[] = [];
const processesOfSpecs = join(dataFolder, "processes");
const faultReport = join(dataFolder, "faults.jsonl");
const suiteVariables = suite && {
  PARLEY_FAULTS: suite,
  PARLEY_FAULTS_REPORT: faultReport,
  ...(minutes && { PARLEY_SOAK_MINUTES: minutes }),
};
const aborted = new AbortController();
let jest: ChildProcess | undefined;

const onSpawn = (process: Process) => {
  started.push(process);
  if (aborted.signal.aborted) process.kill();
};

/** Starts the stores and gives the variables by which the specs find them. */
async function startStores(): Promise<NodeJS.ProcessEnv> {
  // The servers run as an account of their own and must get through to their folders.
  chmodSync(dataFolder, 0o711);
  const password = randomBytes(16).toString("hex");
  const common = async () => ({ dataFolder, port: await freeTestPort(), password, onSpawn });
  const node = {
    ...(await common()),
    distributionPort: await freeTestPort(),
    epmdPort: await freeTestPort(),
  };
  const [web, mysql, redis, rabbitmq, elasticsearch] = await Promise.all([
    step("web pages", buildWeb()),
    step("MariaDB", startMariadb({ ...(await common()), rightsOn: "*.*" })),
    step("Redis", startRedis(await common())),
    step("RabbitMQ", startRabbitmq(node)),
    startSearch().catch((error: Error) => console.log(`Elasticsearch is left out: ${error.message}`)),
  ]);
  return {
    TEST_DATA: dataFolder,
    TEST_PROCESSES: processesOfSpecs,
    TEST_WEB: web,
    TEST_MYSQL_URL: mysql.url,
    TEST_REDIS_URL: redis.url,
    TEST_RABBITMQ_URL: rabbitmq.url,
    TEST_RABBITMQCTL_ENV: JSON.stringify(rabbitmqEnv(node)),
    TEST_NGINX: program("nginx"),
    ...(elasticsearch && { TEST_ELASTICSEARCH_URL: elasticsearch.url }),
  };
}

async function startSearch() {
  if (missingSearchPackages().length > 0) return undefined;
  const distribution =
    findDistribution() ?? (await step("Elasticsearch's files", fetchDistribution(aborted.signal)));
  const [port, transportPort] = [await freeTestPort(), await freeTestPort()];
  return step(
    "Elasticsearch",
    startElasticsearch({ dataFolder, port, transportPort, distribution, isShortLived: true, onSpawn }),
  );
}

async function runJest(env: NodeJS.ProcessEnv): Promise<{ passed: number; failed: number }> {
  const output = join(dataFolder, "jest.json");
  const command = [
    "--experimental-vm-modules",
    "node_modules/jest/bin/jest.js",
    "--json",
    `--outputFile=${output}`,
  ];
  jest = spawn(process.execPath, [...command, ...jestArguments], {
    cwd: repository,
    // Specs start services some hundred times: what one has compiled need not be compiled again.
    env: {
      ...process.env,
      NODE_COMPILE_CACHE: join(dataFolder, "compiled"),
      ...env,
      ...suiteVariables,
    },
    // A group of its own, so that its workers can be killed with it.
    detached: true,
    // With --json jest reports on stderr; stdout only tells where the file is.
    stdio: ["ignore", "ignore", "inherit"],
  });
  const [code] = (await once(jest, "exit")) as [number | null];
  if (!existsSync(output)) return { passed: 0, failed: 1 };
  const result = JSON.parse(readFileSync(output, "utf8")) as JestResult;
  const passed = result.numPassedTests;
  const failed = result.numFailedTests + result.numRuntimeErrorTestSuites;
  const isWrong = failed === 0 && (code !== 0 || passed === 0);
  return { passed, failed: isWrong ? 1 : failed };
}

/** One line per row, and their sums. */
function printFaultReport(): void {
  if (!existsSync(faultReport)) return;
  const lines = readFileSync(faultReport, "utf8").trim().split("\n");
  const rows = lines.map((line) => JSON.parse(line) as Record<string, string | number>);
  const total: Record<string, string | number> = { row: "all" };
  for (const name of ["acknowledged", "lost", "doubled", "renumbered", "altered", "holes", "void"]) {
    total[name] = rows.reduce((sum, row) => sum + Number(row[name]), 0);
  }
  console.table([...rows, total]);
}

function leftBySpecs(): ProcessId[] {
  if (!existsSync(processesOfSpecs)) return [];
  const lines = readFileSync(processesOfSpecs, "utf8").trim().split("\n");
  return lines.map((line) => JSON.parse(line) as ProcessId).filter(isAlive);
}

function onSignal(): void {
  aborted.abort();
  if (jest?.pid && jest.exitCode === null) signalGroup(jest.pid, "SIGKILL");
  for (const server of started) server.kill();
}

async function test(): Promise<{ passed: number; failed: number }> {
  try {
    await installServers();
    if (suite === "long") await installFaultTools();
    if (suite === undefined) await installBrowser();
    const result = await runJest(await startStores());
    printFaultReport();
    return result;
  } catch (error) {
    console.error((error as Error).message);
    return { passed: 0, failed: 1 };
  } finally {
    // What is still on its way up dies as it appears.
    aborted.abort();
    await Promise.all(leftBySpecs().map((id) => stopStray(id, LEFT_STOP_MS)));
    await Promise.all(started.map((server) => server.stop()));
    rmSync(dataFolder, { recursive: true, force: true });
  }
}

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, onSignal);
const { passed, failed } = await test();
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
