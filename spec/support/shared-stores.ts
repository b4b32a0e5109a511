/** What a spec has of the stores that the whole test run shares: a database, a vhost and a Redis database of its own. */
import { randomBytes } from "node:crypto";
import { chmodSync, mkdtempSync } from "node:fs";
import { join } from "node:path";
import { connect } from "amqplib";
import { Redis } from "ioredis";
import knex from "knex";
import { serverAccount } from "../../scripts/servers/account.ts";
import { run } from "../../scripts/servers/process.ts";
import { program } from "../../scripts/servers/programs.ts";
import { migrate } from "../../scripts/services.ts";

const worker = process.env["JEST_WORKER_ID"] ?? "1";

/** @throws Error outside `npm test` */
export function required(name: string): string {
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

/** A fresh database with its tables. */
export async function createDatabase(): Promise<{ url: string; drop: () => Promise<void> }> {
  // Not one that a spec may have left behind which did not come to its end.
  const name = `parley_${worker}_${randomBytes(6).toString("hex")}`;
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

/** Of the broker that all share. */
export async function sharedRabbitmqctl(args: string[]): Promise<string> {
  const env = JSON.parse(required("TEST_RABBITMQCTL_ENV")) as NodeJS.ProcessEnv;
  return run(program("rabbitmqctl"), args, { env, cwd: required("TEST_DATA"), account: serverAccount() });
}

/** This jest worker's vhost, without queues. Making one takes Erlang a second, so each worker makes one. */
export async function createVhost(): Promise<string> {
  const vhost = `spec-${worker}`;
  const url = new URL(required("TEST_RABBITMQ_URL"));
  url.pathname = `/${vhost}`;
  const connection = await connect(url.href).catch(async () => {
    await sharedRabbitmqctl(["add_vhost", vhost]);
    await sharedRabbitmqctl(["set_permissions", "-p", vhost, "parley", ".*", ".*", ".*"]);
    return connect(url.href);
  });
  await connection.close();
  await deleteQueues(url.href);
  return url.href;
}

/** With all that is in them and bound to them, as a broker does that loses its data. */
export async function deleteQueues(url: string): Promise<void> {
  const connection = await connect(url);
  const channel = await connection.createChannel();
  for (const queue of ["records.0", "records.1", "records.2", "records.3", "search", "dead-letters"]) {
    await channel.deleteQueue(queue);
  }
  await connection.close();
}

/** This jest worker's database of the shared Redis. FLUSHALL and restarts are seen by all: those need one of their own. */
export async function emptyRedis(): Promise<string> {
  const url = new URL(required("TEST_REDIS_URL"));
  url.pathname = `/${worker}`;
  const redis = new Redis(url.href);
  await redis.flushdb();
  await redis.quit();
  return url.href;
}
