/** A store that may lose what it has confirmed: no service works with it, each says why, and one setting overrides that. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "@jest/globals";
import { connect, type Channel } from "amqplib";
import { exchanges, recordsQueue } from "@parley/common/topology";
import { Redis } from "ioredis";
import knex, { type Knex } from "knex";
import { repository } from "../../scripts/data-folder.ts";
import { startMariadb } from "../../scripts/servers/mariadb.ts";
import { freeTestPort } from "../../scripts/servers/ports.ts";
import { run, type Server } from "../../scripts/servers/process.ts";
import { startRedis } from "../../scripts/servers/redis.ts";
import { migrate, startService } from "../../scripts/services.ts";
import { startOwnRedis } from "../support/stores.ts";
import { waitUntil } from "../support/wait-until.ts";
import { createDatabase, createVhost, makeFolder } from "../support/shared-stores.ts";

type Name = "create-service" | "read-service";

let redis: Awaited<ReturnType<typeof startOwnRedis>>;
let database: Awaited<ReturnType<typeof createDatabase>>;
let env: NodeJS.ProcessEnv;
beforeAll(async () => {
  [redis, database] = await Promise.all([startOwnRedis(), createDatabase()]);
  env = {
    SERVER_KEY: "a key for specs, as long as it has to be",
    LOG_LEVEL: "warn",
    PORT: "0",
    MYSQL_URL: database.url,
    REDIS_URL: redis.url,
    RABBITMQ_URL: await createVhost(),
    READ_SERVICE_URL: "http://127.0.0.1:1",
    ACCOUNT_SERVICE_URL: "http://127.0.0.1:1",
  };
});
afterAll(async () => {
  await Promise.all([redis.stop(), database.drop()]);
});

/** Runs a service that ends by itself, and gives how. */
async function runToItsEnd(
  name: Name,
  more: NodeJS.ProcessEnv = {},
): Promise<{ code: unknown; stderr: string }> {
  const main = join(repository, "services", name, "src", "main.ts");
  const options = { cwd: repository, env: { ...process.env, ...env, ...more }, timeout: 20_000 };
  const failure = await run(process.execPath, [main], options).catch((err: unknown) => err);
  const { code, stderr } = failure as { code: unknown; stderr: string };
  return { code, stderr };
}

const refusal = (sentence: RegExp) => ({ code: 1, stderr: expect.stringMatching(sentence) });

type Running = Server & { log: () => string };

async function startAllowing(name: Name, more: NodeJS.ProcessEnv = {}): Promise<Running> {
  const dataFolder = makeFolder("unsafe");
  const given = { ...env, ALLOW_UNSAFE_STORES: "1", ...more };
  const server = await startService({ name, dataFolder, port: await freeTestPort(), env: given });
  const file = join(dataFolder, "logs", `${name}.log`);
  return { ...server, log: () => (existsSync(file) ? readFileSync(file, "utf8") : "") };
}

/** The service runs, and has warned of each of these. */
async function expectWarned(server: Running, ...sentences: RegExp[]): Promise<void> {
  try {
    await waitUntil(() => sentences.every((sentence) => sentence.test(server.log())));
    expect((await fetch(`${server.url}/healthz`)).ok).toBe(true);
  } finally {
    await server.stop();
  }
}

describe("a Redis", () => {
  const safe = { appendonly: "yes", appendfsync: "always", "maxmemory-policy": "noeviction" };
  const set = async (settings: Record<string, string>): Promise<void> => {
    for (const [name, value] of Object.entries(settings)) await redis.redis.config("SET", name, value);
  };
  afterEach(() => set(safe));

  it.each([
    ["appendonly", "no"],
    ["appendfsync", "everysec"],
    ["maxmemory-policy", "allkeys-lru"],
  ])("whose %s is %s is refused by both services, with the remedy", async (name, value) => {
    await set({ [name]: value });
    const sentence = new RegExp(`^Redis .*its ${name} is ${value}: put .*CONFIG SET ${name}`);
    expect(await runToItsEnd("create-service")).toEqual(refusal(sentence));
    expect(await runToItsEnd("read-service")).toEqual(refusal(sentence));
  });

  describe("that does not let itself be asked by CONFIG", () => {
    let asUser: string;
    beforeAll(async () => {
      await redis.redis.call("ACL", "SETUSER", "limited", "on", ">spec", "~*", "&*", "+@all", "-config");
      const url = new URL(redis.url);
      url.username = "limited";
      asUser = url.href;
    });

    it("is refused for what it does not tell", async () => {
      const reply = await runToItsEnd("create-service", { REDIS_URL: asUser });
      expect(reply).toEqual(refusal(/^Redis does not tell its appendfsync, .*\+config\|get/));
      expect(reply.stderr).not.toMatch(/its appendonly|its maxmemory-policy/);
    });

    it("is refused for what INFO tells", async () => {
      await set({ appendonly: "no" });
      const reply = await runToItsEnd("create-service", { REDIS_URL: asUser });
      expect(reply).toEqual(refusal(/Redis .* its appendonly is no/));
    });
  });

  it("that comes after the start, and is another one after a reconnect, ends the service", async () => {
    const dataFolder = makeFolder("late");
    const [port, redisPort] = [await freeTestPort(), await freeTestPort()];
    const REDIS_URL = `redis://:spec@127.0.0.1:${redisPort}/0`;
    const server = await startService({
      name: "create-service",
      dataFolder,
      port,
      env: { ...env, REDIS_URL },
    });
    const late = await startRedis({ dataFolder, port: redisPort, password: "spec" });
    const readiness = async (): Promise<string> => (await fetch(`${server.url}/readyz`)).text();
    await waitUntil(async () => !(await readiness()).includes("Redis"));
    const admin = new Redis(REDIS_URL);
    await admin.config("SET", "appendfsync", "no");
    await admin.call("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
    admin.disconnect();
    await server.exited;
    const log = readFileSync(join(dataFolder, "logs", "create-service.log"), "utf8");
    expect(log).toMatch(/^Redis .* its appendfsync is no: /m);
    await late.stop();
  });

  it("is worked with all the same when that is allowed, with a warning for each fault", async () => {
    await set({ appendonly: "no", "maxmemory-policy": "allkeys-lru" });
    const faults = [/"level":40.*its appendonly is no/, /"level":40.*its maxmemory-policy is allkeys-lru/];
    await expectWarned(await startAllowing("create-service"), ...faults);
    await expectWarned(await startAllowing("read-service"), ...faults);
  });
});

describe("a RabbitMQ", () => {
  let channel: Channel;
  let close: () => Promise<void>;
  beforeAll(async () => {
    // Without the queues that services before have declared.
    const connection = await connect(await createVhost());
    channel = await connection.createChannel();
    close = () => connection.close();
  });
  afterAll(() => close());

  it("that has a queue of another type is refused by name, also when others are well", async () => {
    await channel.assertQueue(recordsQueue(2), { durable: true });
    const reply = await runToItsEnd("read-service");
    expect(reply).toEqual(refusal(/^RabbitMQ's queue records\.2 exists with another type.*delete it/));
    expect(reply.stderr).not.toMatch(/records\.[013]/);
  });

  it("that has a queue of other arguments is refused", async () => {
    await channel.deleteQueue(recordsQueue(2));
    await channel.assertQueue(recordsQueue(2), { durable: true, arguments: { "x-queue-type": "quorum" } });
    expect(await runToItsEnd("read-service")).toEqual(refusal(/queue records\.2 exists with .* arguments/));
  });

  it("has its queue used as it is when that is allowed", async () => {
    const server = await startAllowing("read-service");
    await waitUntil(async () => (await channel.checkQueue(recordsQueue(2))).consumerCount === 1);
    await expectWarned(server, /"level":40.*queue records\.2 exists/);
    await channel.deleteQueue(recordsQueue(2));
  });

  it("that has an exchange of another type is refused by both services", async () => {
    await channel.deleteExchange(exchanges.changes);
    await channel.assertExchange(exchanges.changes, "direct", { durable: true });
    try {
      const sentence = /^RabbitMQ's exchange changes exists with another type/;
      expect(await runToItsEnd("create-service")).toEqual(refusal(sentence));
      expect(await runToItsEnd("read-service")).toEqual(refusal(sentence));
      await expectWarned(await startAllowing("create-service"), /"level":40.*exchange changes exists/);
    } finally {
      await channel.deleteExchange(exchanges.changes);
    }
  });
});

describe("a MySQL", () => {
  describe("whose database or tables", () => {
    let db: Knex;
    beforeAll(() => {
      db = knex({ client: "mysql2", connection: database.url, pool: { min: 0, max: 1 } });
    });
    afterAll(() => db.destroy());
    const name = (): string => new URL(database.url).pathname.slice(1);

    it("are not utf8mb4 is refused, by the migrations, too", async () => {
      await db.raw(`ALTER DATABASE ${name()} CHARACTER SET latin1`);
      const sentence = /^The database parley\w* has the character set latin1.*ALTER DATABASE/;
      expect(await runToItsEnd("read-service")).toEqual(refusal(sentence));
      await expect(migrate(database.url)).rejects.toThrow(/has the character set latin1/);
      await expectWarned(await startAllowing("read-service"), /"level":40.*character set latin1/);
      await db.raw(`ALTER DATABASE ${name()} CHARACTER SET utf8mb4`);
    });

    it("have a column that is not utf8mb4 is refused", async () => {
      await db.raw("ALTER TABLE chats MODIFY name varchar(255) CHARACTER SET latin1");
      expect(await runToItsEnd("read-service")).toEqual(
        refusal(/^Columns of chats have the character set latin1/),
      );
      await db.raw("ALTER TABLE chats MODIFY name varchar(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin");
    });

    it("are without transactions is refused", async () => {
      await db.raw("ALTER TABLE parked ENGINE = MyISAM");
      expect(await runToItsEnd("read-service")).toEqual(
        refusal(/keeps parked in another engine than InnoDB/),
      );
      await db.raw("ALTER TABLE parked ENGINE = InnoDB");
    });
  });

  it("that may forget what it has committed is refused", async () => {
    const options = { dataFolder: makeFolder("mariadb"), port: await freeTestPort(), password: "spec" };
    const server = await startMariadb({ ...options, rightsOn: "*.*" });
    const own = { MYSQL_URL: `${server.url}/parley` };
    const db = knex({ client: "mysql2", connection: own.MYSQL_URL, pool: { min: 0, max: 1 } });
    try {
      await migrate(own.MYSQL_URL);
      await db.raw("SET GLOBAL innodb_flush_log_at_trx_commit = 2");
      expect(await runToItsEnd("read-service", own)).toEqual(
        refusal(/^MySQL .* innodb_flush_log_at_trx_commit is 2: .*SET GLOBAL/),
      );
    } finally {
      await db.destroy();
      await server.stop();
    }
  });
});
