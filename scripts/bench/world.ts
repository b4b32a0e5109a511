/** A Parley of the bench's own: stores, services and nginx on free ports, with their data in the given folder. */
import { randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { addAccessKey } from "../../services/account-service/src/access-keys.ts";
import { step } from "../progress.ts";
import { fetchDistribution } from "../servers/elasticsearch-distribution.ts";
import { startElasticsearch } from "../servers/elasticsearch.ts";
import { startMariadb } from "../servers/mariadb.ts";
import { startNginx } from "../servers/nginx.ts";
import { buildWeb } from "../web.ts";
import { freeTestPort } from "../servers/ports.ts";
import type { OnSpawn } from "../servers/process.ts";
import { startRabbitmq } from "../servers/rabbitmq.ts";
import { startRedis } from "../servers/redis.ts";
import { migrate, startService, untilReady } from "../services.ts";

/** The services' default. */
export const SHARDS = 4;
/** The services' default. */
export const SEARCH_INDEX = "parley-messages";
const READY_MS = 60_000;

export interface WorldOptions {
  dataFolder: string;
  withSearch: boolean;
  onSpawn: OnSpawn;
}

export type World = Awaited<ReturnType<typeof startWorld>>;

export async function startWorld(options: WorldOptions) {
  const stores = await startStores(options);
  const services = await startServices(stores, options);
  return {
    dataFolder: options.dataFolder,
    stores,
    ...services,
    async stop(): Promise<void> {
      const { nginx, createService, accountService, readService, realtimeService } = services;
      const inOrder = [realtimeService, nginx, createService, accountService, readService];
      for (const { stop } of inOrder) await stop();
      for (const store of Object.values(stores)) await store?.stop();
    },
  };
}

async function startStores({ dataFolder, withSearch, onSpawn }: WorldOptions) {
  const password = randomBytes(16).toString("hex");
  const common = async () => ({ dataFolder, port: await freeTestPort(), password, onSpawn });
  const startNode = async () =>
    startRabbitmq({
      ...(await common()),
      distributionPort: await freeTestPort(),
      epmdPort: await freeTestPort(),
    });
  const startSearch = async () =>
    startElasticsearch({
      ...(await common()),
      transportPort: await freeTestPort(),
      distribution: await fetchDistribution(),
    });
  const [mariadb, redis, rabbitmq, elasticsearch] = await Promise.all([
    step("MariaDB", common().then(startMariadb)),
    step("Redis", common().then(startRedis)),
    step("RabbitMQ", startNode()),
    withSearch ? step("Elasticsearch", startSearch()) : undefined,
  ]);
  return { mariadb, redis, rabbitmq, elasticsearch };
}

export type Stores = Awaited<ReturnType<typeof startStores>>;

export const mysqlUrl = ({ mariadb }: Stores): string => `${mariadb.url}/parley`;

async function startServices(stores: Stores, { dataFolder, onSpawn }: WorldOptions) {
  await migrate(mysqlUrl(stores));
  const [createPort, readPort] = [await freeTestPort(), await freeTestPort()];
  const [accountPort, realtimePort] = [await freeTestPort(), await freeTestPort()];
  const accessKeysFile = join(dataFolder, "access-keys.json");
  writeFileSync(accessKeysFile, addAccessKey(), { mode: 0o600 });
  const env = {
    SERVER_KEY: randomBytes(32).toString("hex"),
    SHARDS: String(SHARDS),
    MYSQL_URL: mysqlUrl(stores),
    REDIS_URL: stores.redis.url,
    RABBITMQ_URL: stores.rabbitmq.url,
    CREATE_SERVICE_URL: `http://127.0.0.1:${createPort}`,
    READ_SERVICE_URL: `http://127.0.0.1:${readPort}`,
    ACCOUNT_SERVICE_URL: `http://127.0.0.1:${accountPort}`,
    ACCESS_KEYS_FILE: accessKeysFile,
    ...(stores.elasticsearch && { ELASTICSEARCH_URL: stores.elasticsearch.url, SEARCH_INDEX }),
  };
  const common = { dataFolder, env, onSpawn };
  const [createService, readService, accountService, realtimeService] = await step(
    "services",
    Promise.all([
      startService({ ...common, name: "create-service", port: createPort }),
      startService({ ...common, name: "read-service", port: readPort }),
      startService({ ...common, name: "account-service", port: accountPort }),
      startService({ ...common, name: "realtime-service", port: realtimePort }),
    ]),
  );
  const started = [createService, readService, accountService, realtimeService];
  const reasons = await Promise.all(started.map(({ url }) => untilReady(url, READY_MS)));
  if (reasons.flat().length > 0) throw new Error(`Not ready: ${reasons.flat().join("; ")}`);
  const nginx = await startNginx({
    web: await buildWeb(),
    dataFolder,
    port: await freeTestPort(),
    createService: `127.0.0.1:${createPort}`,
    readService: `127.0.0.1:${readPort}`,
    accountService: `127.0.0.1:${accountPort}`,
    realtimeService: `127.0.0.1:${realtimePort}`,
    onSpawn,
  });
  return { createService, readService, accountService, realtimeService, nginx };
}
