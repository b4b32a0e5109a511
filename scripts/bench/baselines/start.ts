/** Starts one of the servers in this folder. */
import { join } from "node:path";
import { freeTestPort } from "../../servers/ports.ts";
import { ask, startProcess, type OnSpawn, type Server } from "../../servers/process.ts";
import { mysqlUrl, type World } from "../world.ts";

export async function startBaseline(
  name: "create" | "pages" | "sockets",
  { dataFolder, stores }: World,
  { onSpawn, env = {} }: { onSpawn: OnSpawn; env?: NodeJS.ProcessEnv },
): Promise<Server> {
  const port = await freeTestPort();
  const server = await startProcess({
    name: `baseline-${name}`,
    port,
    command: process.execPath,
    args: [join(import.meta.dirname, `${name}.ts`)],
    env: {
      ...process.env,
      NODE_ENV: "production",
      MYSQL_URL: mysqlUrl(stores),
      REDIS_URL: stores.redis.url,
      RABBITMQ_URL: stores.rabbitmq.url,
      PORT: String(port),
      ...env,
    },
    log: join(dataFolder, "logs", `baseline-${name}.log`),
    ready: async () => (await ask(port, "GET /healthz?limit=0 HTTP/1.0\r\n\r\n", /200 OK/)) !== "",
    onSpawn,
  });
  return { ...server, url: `http://127.0.0.1:${port}` };
}
