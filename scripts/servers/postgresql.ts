/** A private PostgreSQL, which the bench compares search with: database and user `bench`. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import { ownFile, ownFolder, serverAccount } from "./account.ts";
import { run, startProcess, type Server, type ServerOptions } from "./process.ts";

const VERSIONS = "/usr/lib/postgresql";

/** Debian keeps the programs of each version in a folder of their own. */
function findFolder(): string {
  const [newest] = readdirSync(VERSIONS).toSorted((a, b) => Number(b) - Number(a));
  return join(VERSIONS, newest ?? "", "bin");
}

async function answers(url: string): Promise<boolean> {
  const client = new pg.Client(url);
  try {
    await client.connect();
    return true;
  } finally {
    await client.end();
  }
}

export async function startPostgresql(options: ServerOptions & { password: string }): Promise<Server> {
  const { dataFolder, port, password, onSpawn } = options;
  const programs = findFolder();
  const folder = ownFolder(join(dataFolder, "postgresql"));
  const data = join(folder, "data");
  const account = serverAccount();
  const passwordFile = ownFile(join(folder, "password"), password);
  const settings = ["--username=bench", "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8"];
  await run(join(programs, "initdb"), [`--pgdata=${data}`, `--pwfile=${passwordFile}`, ...settings], {
    account,
  });
  const url = `postgres://bench:${password}@127.0.0.1:${port}/postgres`;
  const server = await startProcess({
    name: "postgresql",
    port,
    command: join(programs, "postgres"),
    args: [
      "-D",
      data,
      "-p",
      String(port),
      "-k",
      folder,
      "-c",
      // As MariaDB's buffer pool.
      "shared_buffers=256MB",
    ],
    log: join(dataFolder, "logs", "postgresql.log"),
    account,
    ready: () => answers(url),
    // Fast: what is connected is cut.
    stopSignal: "SIGINT",
    onSpawn,
  });
  return { ...server, url };
}
