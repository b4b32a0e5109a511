/** How the product is put together on one machine: ports, settings, and the servers that npm start keeps running. */
import { addAccessKey } from "../services/account-service/src/access-keys.ts";
import { secret, secretFile } from "./data-folder.ts";
import { startElasticsearch } from "./servers/elasticsearch.ts";
import { missingSearchPackages } from "./servers/install.ts";
import { startMariadb } from "./servers/mariadb.ts";
import { startNginx } from "./servers/nginx.ts";
import { freePort, probePort } from "./servers/ports.ts";
import type { Server } from "./servers/process.ts";
import { startRabbitmq, type RabbitmqNode } from "./servers/rabbitmq.ts";
import { startRedis } from "./servers/redis.ts";
import { startService, type ServiceOptions } from "./services.ts";
import type { Unit } from "./supervisor.ts";

const WANTED_PORTS = {
  mariadb: 23_306,
  redis: 26_379,
  rabbitmq: 25_672,
  rabbitmqDistribution: 25_673,
  epmd: 24_369,
  elasticsearch: 29_200,
  elasticsearchTransport: 29_300,
  createService: 3001,
  readService: 3002,
  accountService: 3003,
  realtimeService: 3004,
};

/** The file among the secrets with the keys that sign access tokens. */
export const ACCESS_KEYS = "access_keys.json";

/** Of the product's own queues on the private RabbitMQ. */
export const VHOST = "parley";

export type Ports = typeof WANTED_PORTS;

export interface Settings {
  dataFolder: string;
  ports: Ports;
  bind: string;
  heapMb: number;
  serverKey: string;
  operatorKey: string;
  accessKeysFile: string;
  passwords: { mysql: string; redis: string; rabbitmq: string };
}

/** The remembered ports; where a stranger has taken one, or at the first start, the next free one. */
export async function choosePorts(remembered: Record<string, number>): Promise<Ports> {
  const ports = { ...WANTED_PORTS, ...remembered };
  for (const name of Object.keys(WANTED_PORTS) as (keyof Ports)[]) ports[name] = await freePort(ports[name]);
  return ports;
}

/** PARLEY_PORT, else 80, else the first free one from 8080 up. */
export async function choosePublicPort(bind: string): Promise<number> {
  const forced = process.env["PARLEY_PORT"];
  const probe = await probePort(Number(forced ?? 80), bind);
  if (probe === "free") return Number(forced ?? 80);
  const why =
    probe === "EACCES" ? "is not permitted" : probe === "EADDRINUSE" ? "is taken" : `gives ${probe}`;
  if (forced) throw new Error(`PARLEY_PORT ${forced} on ${bind} ${why}.`);
  const port = await freePort(8080, bind);
  console.log(`  Port 80 ${why}: using ${port} instead`);
  return port;
}

export function readSettings(dataFolder: string, ports: Record<string, number>): Settings {
  return {
    dataFolder,
    ports: { ...WANTED_PORTS, ...ports },
    bind: process.env["PARLEY_BIND"] ?? "127.0.0.1",
    heapMb: Number(process.env["ELASTICSEARCH_HEAP_MB"] ?? 512),
    serverKey: process.env["SERVER_KEY"] ?? secret(dataFolder, "server_key"),
    operatorKey: process.env["OPERATOR_KEY"] ?? secret(dataFolder, "operator_key"),
    accessKeysFile: secretFile(dataFolder, ACCESS_KEYS, addAccessKey),
    passwords: {
      mysql: secret(dataFolder, "mysql_password"),
      redis: secret(dataFolder, "redis_password"),
      rabbitmq: secret(dataFolder, "rabbitmq_password"),
    },
  };
}

export function storeUnits(settings: Settings): Record<"mariadb" | "redis" | "rabbitmq", Unit<Server>> {
  const { dataFolder, ports, passwords } = settings;
  return {
    mariadb: {
      name: "mariadb",
      start: (onSpawn) =>
        startMariadb({ dataFolder, port: ports.mariadb, password: passwords.mysql, onSpawn }),
    },
    redis: {
      name: "redis",
      start: (onSpawn) => startRedis({ dataFolder, port: ports.redis, password: passwords.redis, onSpawn }),
    },
    rabbitmq: {
      name: "rabbitmq",
      start: (onSpawn) =>
        startRabbitmq({ ...rabbitmqNode(settings), password: passwords.rabbitmq, vhost: VHOST, onSpawn }),
    },
  };
}

export function rabbitmqNode({ dataFolder, ports }: Settings): RabbitmqNode {
  const { rabbitmq, rabbitmqDistribution, epmd } = ports;
  return { dataFolder, port: rabbitmq, distributionPort: rabbitmqDistribution, epmdPort: epmd };
}

export function elasticsearchUnit(settings: Settings, distribution: string): Unit<Server> {
  const { dataFolder, ports, heapMb } = settings;
  const { elasticsearch: port, elasticsearchTransport: transportPort } = ports;
  return {
    name: "elasticsearch",
    start: (onSpawn) =>
      startElasticsearch({ dataFolder, port, transportPort, distribution, heapMb, onSpawn }),
  };
}

export interface StoreUrls {
  mysql: string;
  redis: string;
  rabbitmq: string;
}

export function serviceUnits(
  settings: Settings,
  urls: StoreUrls,
): Record<"createService" | "readService" | "accountService" | "realtimeService", Unit<Server>> {
  const { dataFolder, ports } = settings;
  const env = {
    SERVER_KEY: settings.serverKey,
    OPERATOR_KEY: settings.operatorKey,
    PARLEY_BIND: settings.bind,
    MYSQL_URL: urls.mysql,
    REDIS_URL: urls.redis,
    RABBITMQ_URL: urls.rabbitmq,
    CREATE_SERVICE_URL: `http://127.0.0.1:${ports.createService}`,
    READ_SERVICE_URL: `http://127.0.0.1:${ports.readService}`,
    ACCOUNT_SERVICE_URL: `http://127.0.0.1:${ports.accountService}`,
    ACCESS_KEYS_FILE: settings.accessKeysFile,
    // Given even before it is up: the services wait for it by themselves.
    ...(missingSearchPackages().length === 0 && {
      ELASTICSEARCH_URL: `http://127.0.0.1:${ports.elasticsearch}`,
    }),
  };
  const unit = (name: ServiceOptions["name"], port: number): Unit<Server> => ({
    name,
    start: (onSpawn) => startService({ name, dataFolder, port, env, onSpawn }),
  });
  return {
    createService: unit("create-service", ports.createService),
    readService: unit("read-service", ports.readService),
    accountService: unit("account-service", ports.accountService),
    realtimeService: unit("realtime-service", ports.realtimeService),
  };
}

/** @param web the folder with the built pages */
export function nginxUnit({ dataFolder, ports, bind }: Settings, port: number, web: string): Unit<Server> {
  const upstreams = {
    createService: `127.0.0.1:${ports.createService}`,
    readService: `127.0.0.1:${ports.readService}`,
    accountService: `127.0.0.1:${ports.accountService}`,
    realtimeService: `127.0.0.1:${ports.realtimeService}`,
  };
  return {
    name: "nginx",
    start: (onSpawn) => startNginx({ dataFolder, port, bind, web, ...upstreams, onSpawn }),
  };
}
