/** A private MariaDB: database `parley`, user `parley` with the given password. */
import { existsSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { ownFile, ownFolder, serverAccount } from "./account.ts";
import { ask, run, startProcess, type Server, type ServerOptions } from "./process.ts";
import { program } from "./programs.ts";

export interface MariadbOptions extends ServerOptions {
  /** Letters and digits only. */
  password: string;
  /** What the user has all rights on. */
  rightsOn?: string;
}

export async function startMariadb(options: MariadbOptions): Promise<Server> {
  const { dataFolder, port, password, rightsOn = "`parley%`.*", onSpawn } = options;
  const folder = ownFolder(join(dataFolder, "mariadb"));
  const data = join(folder, "data");
  // Its own: in a shared one a starting server deletes the temporary tables of its neighbours.
  const env = { PATH: process.env["PATH"], TMPDIR: ownFolder(join(folder, "tmp")) };
  if (!existsSync(data)) await createDatabaseFiles(data, env);
  // Run by the server itself before it takes connections: no moment without a password, and no client is needed.
  const setUp = ownFile(
    join(folder, "set-up.sql"),
    `CREATE DATABASE IF NOT EXISTS parley CHARACTER SET utf8mb4;
CREATE OR REPLACE USER parley@'127.0.0.1' IDENTIFIED BY '${password}';
GRANT ALL ON ${rightsOn} TO parley@'127.0.0.1';
`,
  );
  const server = await startProcess({
    name: "mariadb",
    port,
    command: program("mariadbd"),
    args: mariadbArguments(folder, data, port, setUp),
    log: join(dataFolder, "logs", "mariadb.log"),
    env,
    account: serverAccount(),
    ready: async () => (await ask(port, "", /./)) !== "",
    // A flush of the buffer pool may take its time on a slow disk.
    stopMs: 60_000,
    onSpawn,
  });
  return { ...server, url: `mysql://parley:${password}@127.0.0.1:${port}` };
}

function mariadbArguments(folder: string, data: string, port: number, setUp: string): string[] {
  return [
    "--no-defaults",
    `--datadir=${data}`,
    `--port=${port}`,
    "--bind-address=127.0.0.1",
    "--skip-name-resolve",
    `--socket=${join(folder, "mariadb.sock")}`,
    `--pid-file=${join(folder, "mariadb.pid")}`,
    `--init-file=${setUp}`,
    "--character-set-server=utf8mb4",
    "--transaction-isolation=READ-COMMITTED",
    "--default-time-zone=+00:00",
    "--innodb-flush-log-at-trx-commit=1",
    "--innodb-buffer-pool-size=256M",
    "--max-allowed-packet=64M",
  ];
}

async function createDatabaseFiles(data: string, env: NodeJS.ProcessEnv): Promise<void> {
  // Renamed when complete: an interrupted first start must not leave half a database behind.
  const unfinished = `${data}.new`;
  rmSync(unfinished, { recursive: true, force: true });
  await run(
    program("mariadb-install-db"),
    [
      "--no-defaults",
      `--datadir=${unfinished}`,
      "--auth-root-authentication-method=socket",
      "--skip-test-db",
    ],
    { env, account: serverAccount() },
  );
  renameSync(unfinished, data);
}
