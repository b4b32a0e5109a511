/** A Parley of its own for a spec file: own database, vhost, Redis and index; real processes behind a real nginx. */
import { chmodSync, mkdtempSync } from "node:fs";
import { join } from "node:path";
import { connect } from "amqplib";
import { Redis } from "ioredis";
import knex, { type Knex } from "knex";
import { startNginx } from "../../scripts/servers/nginx.ts";
import { freeTestPort } from "../../scripts/servers/ports.ts";
import { run, type Server } from "../../scripts/servers/process.ts";
import { program } from "../../scripts/servers/programs.ts";
import { startRedis } from "../../scripts/servers/redis.ts";
import { serverAccount } from "../../scripts/servers/account.ts";
import { migrate, startService, untilReady } from "../../scripts/services.ts";
import { waitUntil } from "./wait-until.ts";

const worker = process.env["JEST_WORKER_ID"] ?? "1";
let made = 0;

function required(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: run the specs by npm test.`);
  return value;
}

/** A folder for the data of servers, which run as an account of their own and must get through to it. */
export function makeFolder(name: string): string {
  const folder = mkdtempSync(join(required("TEST_DATA"), `${name}-`));
  chmodSync(folder, 0o711);
  return folder;
}

export type WorldOptions = {
  createServices?: number;
  readServices?: number;
  /** A Redis that this world alone uses, to be killed or emptied. */
  ownRedis?: boolean;
  withSearch?: boolean;
  env?: NodeJS.ProcessEnv;
};
export type World = Awaited<ReturnType<typeof startWorld>>;

/** A fresh database with its tables. */
export async function createDatabase(): Promise<{ url: string; drop: () => Promise<void> }> {
  made += 1;
  const name = `parley_${worker}_${process.pid}_${made}`;
  const url = new URL(required("TEST_MYSQL_URL"));
  const root = knex({ client: "mysql2", connection: url.href, pool: { min: 0, max: 1 } });
  await root.raw(`CREATE DATABASE ${name} CHARACTER SET utf8mb4`);
  url.pathname = `/${name}`;
  await migrate(url.href);
  return {
    url: url.href,
    drop: async () => {
      await root.raw(`DROP DATABASE ${name}`);
      await root.destroy();
    },
  };
}

/** This jest worker's vhost, without queues. Making one takes Erlang a second, so each worker makes one. */
export async function createVhost(): Promise<string> {
  const vhost = `spec-${worker}`;
  const url = new URL(required("TEST_RABBITMQ_URL"));
  url.pathname = `/${vhost}`;
  const connection = await connect(url.href).catch(async () => {
    const env = JSON.parse(required("TEST_RABBITMQCTL_ENV")) as NodeJS.ProcessEnv;
    const options = { env, cwd: required("TEST_DATA"), account: serverAccount() };
    await run(program("rabbitmqctl"), ["add_vhost", vhost], options);
    await run(program("rabbitmqctl"), ["set_permissions", "-p", vhost, "parley", ".*", ".*", ".*"], options);
    return connect(url.href);
  });
  await connection.close();
  await deleteQueues(url.href);
  return url.href;
}

/** With all that is in them and bound to them, as a broker does that loses its data. */
async function deleteQueues(url: string): Promise<void> {
  const connection = await connect(url);
  const channel = await connection.createChannel();
  for (const queue of ["records.0", "records.1", "records.2", "records.3", "search", "dead-letters"]) {
    await channel.deleteQueue(queue);
  }
  await connection.close();
}

async function emptyRedis(): Promise<string> {
  const url = new URL(required("TEST_REDIS_URL"));
  url.pathname = `/${worker}`;
  const redis = new Redis(url.href);
  await redis.flushdb();
  await redis.quit();
  return url.href;
}

/** Starts everything and waits until it takes requests. */
export async function startWorld(options: WorldOptions = {}) {
  const { createServices = 1, readServices = 1, ownRedis = false, withSearch = true, env = {} } = options;
  const dataFolder = makeFolder("world");
  const [database, rabbitmqUrl] = await Promise.all([createDatabase(), createVhost()]);
  const startOwnRedis = async (port?: number) =>
    startRedis({ dataFolder, port: port ?? (await freeTestPort()), password: "spec" });
  const redis = ownRedis ? await startOwnRedis() : undefined;
  const elasticsearch = withSearch ? process.env["TEST_ELASTICSEARCH_URL"] : undefined;
  const shared: NodeJS.ProcessEnv = {
    SERVER_KEY: "a key for specs, as long as it has to be",
    MYSQL_URL: database.url,
    REDIS_URL: redis?.url ?? (await emptyRedis()),
    RABBITMQ_URL: rabbitmqUrl,
    ...(elasticsearch
      ? { ELASTICSEARCH_URL: elasticsearch, SEARCH_INDEX: `spec-${process.pid}-${made}` }
      : {}),
    LOG_LEVEL: process.env["SPEC_LOG_LEVEL"] ?? "warn",
    ...env,
  };

  const startRead = async (port?: number, more: NodeJS.ProcessEnv = {}) =>
    startService({
      name: "read-service",
      dataFolder,
      port: port ?? (await freeTestPort()),
      env: { ...shared, ...more },
    });
  const reads = await Promise.all(Array.from({ length: readServices }, () => startRead()));
  const readUrl = reads[0]?.url ?? "";
  const startCreate = async (port?: number, more: NodeJS.ProcessEnv = {}) =>
    startService({
      name: "create-service",
      dataFolder,
      port: port ?? (await freeTestPort()),
      env: { ...shared, READ_SERVICE_URL: readUrl, ...more },
    });
  const creates = await Promise.all(Array.from({ length: createServices }, () => startCreate()));
  const nginx = await startNginx({
    dataFolder,
    port: await freeTestPort(),
    createService: `127.0.0.1:${creates[0]?.port ?? 0}`,
    readService: `127.0.0.1:${reads[0]?.port ?? 0}`,
  });
  const db: Knex = knex({ client: "mysql2", connection: database.url, pool: { min: 0, max: 4 } });
  const ready = async (): Promise<void> => {
    for (const { url } of [...reads, ...creates]) {
      const reasons = await untilReady(url, 30_000);
      if (reasons.length > 0) throw new Error(`not ready: ${reasons.join(", ")}`);
    }
  };
  /** Some shard's numbering is not open. */
  const closed = () => waitUntil(async () => (await db("seq_epoch").whereNot({ state: "open" })).length > 0);
  await ready();

  /** Kills a process without warning and starts it again at the same port. */
  async function killAndRestart(
    group: Server[],
    i: number,
    start: (port: number) => Promise<Server>,
  ): Promise<void> {
    const old = group[i];
    if (!old) throw new Error(`there is no process ${i}`);
    old.kill();
    await old.exited;
    group[i] = await start(old.port);
  }
  let ownRedisServer = redis;

  return {
    url: nginx.url,
    env: shared,
    db,
    reads,
    creates,
    dataFolder,
    ready,
    closed,
    startRead,
    startCreate,
    killCreate: (i = 0) => killAndRestart(creates, i, startCreate),
    killRead: (i = 0) => killAndRestart(reads, i, startRead),
    async killRedis(between: () => Promise<void> = async () => undefined): Promise<void> {
      if (!ownRedisServer) throw new Error("this world has no Redis of its own");
      ownRedisServer.kill();
      await ownRedisServer.exited;
      await between();
      ownRedisServer = await startOwnRedis(ownRedisServer.port);
    },
    loseQueues: () => deleteQueues(rabbitmqUrl),
    /** Nothing is left between acceptance and MySQL. */
    drained: () =>
      waitUntil(async () => {
        const redis = new Redis(shared["REDIS_URL"] ?? "");
        const lengths = await Promise.all([0, 1, 2, 3].map((shard) => redis.hlen(`{s${shard}}:outbox`)));
        redis.disconnect();
        return lengths.every((length) => length === 0);
      }, 90_000),
    async stop(): Promise<void> {
      await nginx.stop();
      await Promise.all(creates.map((server) => server.stop()));
      await Promise.all(reads.map((server) => server.stop()));
      await ownRedisServer?.stop();
      await db.destroy();
      if (elasticsearch) await fetch(`${elasticsearch}/${shared["SEARCH_INDEX"]}-1`, { method: "DELETE" });
      await database.drop();
    },
  };
}
