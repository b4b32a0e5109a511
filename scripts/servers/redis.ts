/** A private Redis that answers a write only after it is on disk, and never forgets a key by itself. */
import { join } from "node:path";
import { ownFile, ownFolder, serverAccount } from "./account.ts";
import { ask, startProcess, type Server, type ServerOptions } from "./process.ts";
import { program } from "./programs.ts";

export interface RedisOptions extends ServerOptions {
  password: string;
}

export async function startRedis({ dataFolder, port, password, onSpawn }: RedisOptions): Promise<Server> {
  const folder = ownFolder(join(dataFolder, "redis"));
  // A file, since arguments, and with them the password, are shown to every user of the machine.
  const configuration = ownFile(
    join(folder, "redis.conf"),
    `port ${port}
bind 127.0.0.1
dir "${folder}"
requirepass ${password}
appendonly yes
appendfsync always
maxmemory-policy noeviction
save ""
`,
  );
  const server = await startProcess({
    name: "redis",
    port,
    command: program("redis-server"),
    args: [configuration],
    log: join(dataFolder, "logs", "redis.log"),
    account: serverAccount(),
    ready: async () => (await ask(port, `AUTH ${password}\r\nPING\r\n`, /\+PONG/)) !== "",
    // Loading a big append-only file comes before the first PONG.
    readyMs: 300_000,
    onSpawn,
  });
  return { ...server, url: `redis://:${password}@127.0.0.1:${port}/0` };
}
