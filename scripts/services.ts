/** Runs Parley's own services on this machine. */
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { repository } from "./data-folder.ts";
import { run, startProcess, type Server, type ServerOptions } from "./servers/process.ts";

export interface ServiceOptions extends ServerOptions {
  name: "create-service" | "read-service" | "account-service" | "realtime-service";
  env: NodeJS.ProcessEnv;
}

export async function startService({
  name,
  dataFolder,
  port,
  env,
  onSpawn,
}: ServiceOptions): Promise<Server> {
  const url = `http://127.0.0.1:${port}`;
  const server = await startProcess({
    name,
    port,
    command: process.execPath,
    args: [join(repository, "services", name, "src", "main.ts")],
    cwd: repository,
    env: { ...process.env, NODE_ENV: "production", ...env, HOST: "127.0.0.1", PORT: String(port) },
    log: join(dataFolder, "logs", `${name}.log`),
    ready: async () => (await fetch(`${url}/healthz`)).ok,
    onSpawn,
  });
  return { ...server, url };
}

export async function migrate(mysqlUrl: string): Promise<void> {
  const script = join(repository, "services", "read-service", "src", "migrate.ts");
  await run(process.execPath, [script], { cwd: repository, env: { ...process.env, MYSQL_URL: mysqlUrl } });
}

/** Why a service does not take requests; an empty list when it does. */
export async function notReadyReasons(url: string): Promise<string[]> {
  try {
    const response = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(5000) });
    if (response.ok) return [];
    const { reasons } = (await response.json()) as { reasons?: string[] };
    return reasons ?? [`status ${response.status}`];
  } catch (error) {
    return [`no answer: ${(error as Error).message}`];
  }
}

/** Waits until the service takes requests; gives what is still in the way after that time. */
export async function untilReady(url: string, ms: number): Promise<string[]> {
  const deadline = Date.now() + ms;
  for (;;) {
    const reasons = await notReadyReasons(url);
    if (reasons.length === 0 || Date.now() > deadline) return reasons;
    await sleep(200);
  }
}
