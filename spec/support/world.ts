/** A Parley of its own for a spec file: real processes behind a real nginx, on stores that it shares or owns. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import knex, { type Knex } from "knex";
import { Redis } from "ioredis";
import { startNginx } from "../../scripts/servers/nginx.ts";
import { freeTestPort } from "../../scripts/servers/ports.ts";
import { startService, untilReady } from "../../scripts/services.ts";
import { addAccessKey } from "../../services/account-service/src/access-keys.ts";
import { aliasOf } from "../../services/read-service/src/search/connect.ts";
import { startKillable, type Killable } from "./killable.ts";
import { deleteQueues, makeFolder, required } from "./shared-stores.ts";
import { startTcpProxy, through, type TcpProxy } from "./tcp-proxy.ts";
import { waitUntil } from "./wait-until.ts";
import { openStores, type OwnStore, type StoreName, type StoreOptions } from "./world-stores.ts";

export type ServiceName = "create" | "read" | "worker" | "account" | "realtime";
/** What stands between a service and what it uses; `read` is read-service, as create-service asks it. */
export type ProxyName = `${"create" | "read" | "realtime"}-${StoreName}` | "create-read";
export type WorldOptions = StoreOptions & {
  createServices?: number;
  readServices?: number;
  /** None unless asked for: at most one. */
  accountServices?: number;
  /** None unless asked for. */
  realtimeServices?: number;
  /** Persist, index and recover in processes of their own, which the read-services then do not. */
  workers?: number;
  /** Stores that this world alone uses, to be killed, paused or emptied. */
  own?: readonly StoreName[];
  /** Connections that go through a proxy, to be cut or delayed. */
  proxied?: readonly ProxyName[];
  /** What dies by itself is started again: services, nginx and the world's own stores. */
  supervised?: boolean;
  withSearch?: boolean;
  /** For all services. */
  env?: NodeJS.ProcessEnv;
  /** For the first start of some: a process that is to crash must not do so again when it is back. */
  firstEnv?: Partial<Record<ServiceName, NodeJS.ProcessEnv>>;
};
export type World = Awaited<ReturnType<typeof startWorld>>;

const programs = {
  create: "create-service",
  read: "read-service",
  worker: "read-service",
  account: "account-service",
  realtime: "realtime-service",
} as const;
let made = 0;

/** Starts everything and waits until it takes requests. */
export async function startWorld(options: WorldOptions = {}) {
  const { createServices = 1, readServices = 1, accountServices = 0, realtimeServices = 0 } = options;
  const { workers: workerCount = 0 } = options;
  const { own = [], proxied = [], supervised = false, withSearch = true } = options;
  made += 1;
  const dataFolder = makeFolder("world");
  const { searchSettings, diskMb } = options;
  const stores = await openStores(dataFolder, { own, withSearch, supervised, searchSettings, diskMb });
  const searchName = `spec-${process.pid}-${made}`;
  const accessKeysFile = join(dataFolder, "access-keys.json");
  writeFileSync(accessKeysFile, addAccessKey(), { mode: 0o600 });
  const accountPort = await freeTestPort();
  const shared: NodeJS.ProcessEnv = {
    SERVER_KEY: "a key for specs, as long as it has to be",
    ...storeVariables(stores.urls),
    ...(stores.urls.elasticsearch ? { SEARCH_INDEX: searchName } : {}),
    ACCESS_KEYS_FILE: accessKeysFile,
    ACCOUNT_SERVICE_URL: `http://127.0.0.1:${accountPort}`,
    LOG_LEVEL: process.env["SPEC_LOG_LEVEL"] ?? "warn",
    ...options.env,
  };

  const proxies = new Map<ProxyName, TcpProxy>();
  async function proxiedUrl(name: ProxyName, url: string | undefined): Promise<string | undefined> {
    if (!url || !proxied.includes(name)) return url;
    const proxy = proxies.get(name) ?? (await startTcpProxy(Number(new URL(url).port)));
    proxies.set(name, proxy);
    return through(url, proxy);
  }
  async function environmentOf(service: "create" | "read" | "realtime"): Promise<NodeJS.ProcessEnv> {
    const { mysql, redis, rabbitmq, elasticsearch } = stores.urls;
    return storeVariables({
      mysql: (await proxiedUrl(`${service}-mysql`, mysql)) ?? mysql,
      redis: (await proxiedUrl(`${service}-redis`, redis)) ?? redis,
      rabbitmq: (await proxiedUrl(`${service}-rabbitmq`, rabbitmq)) ?? rabbitmq,
      elasticsearch: await proxiedUrl(`${service}-elasticsearch`, elasticsearch),
    });
  }
  const starter =
    (service: ServiceName, fixed: NodeJS.ProcessEnv) =>
    async (port?: number, more: NodeJS.ProcessEnv = {}) =>
      startService({
        name: programs[service],
        dataFolder,
        port: port ?? (await freeTestPort()),
        env: { ...shared, ...fixed, ...options.env, ...more },
      });
  const startAll = (service: ServiceName, n: number, start: ReturnType<typeof starter>) =>
    Promise.all(
      Array.from({ length: n }, () => startKillable(start, supervised, options.firstEnv?.[service])),
    );

  const readEnv = await environmentOf("read");
  const startRead = starter("read", { ...readEnv, ROLE: workerCount > 0 ? "api" : "all" });
  const [reads, workers] = await Promise.all([
    startAll("read", readServices, startRead),
    startAll("worker", workerCount, starter("worker", { ...readEnv, ROLE: "worker" })),
  ]);
  const readUrl = await proxiedUrl("create-read", reads[0]?.url);
  const startCreate = starter("create", {
    ...(await environmentOf("create")),
    ...(readUrl ? { READ_SERVICE_URL: readUrl } : {}),
  });
  const startAccount = starter("account", { READ_SERVICE_URL: reads[0]?.url });
  const [creates, accounts] = await Promise.all([
    startAll("create", createServices, startCreate),
    startAll("account", accountServices, (port = accountPort, more) => startAccount(port, more)),
  ]);
  const urlOf = ([first]: readonly Killable[]): NodeJS.ProcessEnv[string] => first?.url;
  const realtimes = await startAll(
    "realtime",
    realtimeServices,
    starter("realtime", {
      ...(await environmentOf("realtime")),
      READ_SERVICE_URL: urlOf(reads),
      CREATE_SERVICE_URL: urlOf(creates),
    }),
  );
  const nginx = await startKillable(
    async (port) =>
      startNginx({
        dataFolder,
        port: port ?? (await freeTestPort()),
        web: required("TEST_WEB"),
        createService: upstreams(creates),
        readService: upstreams(reads),
        // Without one nobody listens there.
        accountService: accounts.length > 0 ? upstreams(accounts) : "127.0.0.1:9",
        realtimeService: realtimes.length > 0 ? upstreams(realtimes) : "127.0.0.1:9",
      }),
    supervised,
  );
  const db: Knex = knex({ client: "mysql2", connection: stores.urls.mysql, pool: { min: 0, max: 4 } });
  const ready = async (): Promise<void> => {
    for (const { url } of [...workers, ...reads, ...creates, ...accounts, ...realtimes]) {
      const reasons = await untilReady(url, 60_000);
      if (reasons.length > 0) throw new Error(`not ready: ${reasons.join(", ")}`);
    }
  };
  /** Some shard's numbering is not open. */
  const closed = () => waitUntil(async () => (await db("seq_epoch").whereNot({ state: "open" })).length > 0);
  await ready();

  function ownStore(name: StoreName): OwnStore {
    const store = stores.own[name];
    if (!store) throw new Error(`this world has no ${name} of its own`);
    return store;
  }

  return {
    url: nginx.url,
    env: shared,
    db,
    stores,
    /** The alias that is searched. */
    searchIndex: aliasOf(searchName),
    nginx,
    reads,
    creates,
    workers,
    accounts,
    realtimes,
    accessKeysFile,
    dataFolder,
    ready,
    closed,
    startRead,
    startCreate,
    ownStore,
    proxy(name: ProxyName): TcpProxy {
      const proxy = proxies.get(name);
      if (!proxy) throw new Error(`nothing of this world is connected through ${name}`);
      return proxy;
    },
    killCreate: async (i = 0): Promise<void> => creates[i]?.restart(),
    killRead: async (i = 0): Promise<void> => reads[i]?.restart(),
    loseQueues: () => deleteQueues(stores.urls.rabbitmq),
    /** Nothing is left between acceptance and MySQL. */
    drained: () => waitUntil(async () => (await outboxLength(stores.urls.redis)) === 0, 90_000),
    async stop(): Promise<void> {
      await Promise.all(realtimes.map((server) => server.stop()));
      await nginx.stop();
      await Promise.all([...creates, ...accounts].map((server) => server.stop()));
      await Promise.all([...reads, ...workers].map((server) => server.stop()));
      await Promise.all([...proxies.values()].map((proxy) => proxy.stop()));
      await db.destroy();
      const { elasticsearch } = stores.urls;
      if (elasticsearch) await deleteIndexes(elasticsearch, `${searchName}-*`);
      await stores.close();
    },
  };
}

function storeVariables({
  mysql,
  redis,
  rabbitmq,
  elasticsearch,
}: Partial<Record<StoreName, string | undefined>>) {
  return {
    MYSQL_URL: mysql,
    REDIS_URL: redis,
    RABBITMQ_URL: rabbitmq,
    ...(elasticsearch ? { ELASTICSEARCH_URL: elasticsearch } : {}),
  };
}

/** Elasticsearch deletes by name only. */
export async function deleteIndexes(node: string, pattern: string): Promise<void> {
  const found = (await (await fetch(`${node}/${pattern}?filter_path=*.aliases`)).json()) as object;
  for (const name of Object.keys(found)) await fetch(`${node}/${name}`, { method: "DELETE" });
}

/** Written behind `server` in a block of upstreams, with what docker-compose.yml gives each of them. */
const upstreams = (servers: readonly Pick<Killable, "port">[]): string =>
  servers.map(({ port }) => `127.0.0.1:${port} max_fails=0`).join("; server ");

/** How many accepted records are not known to be in MySQL, over all shards. */
export async function outboxLength(redisUrl: string): Promise<number> {
  const redis = new Redis(redisUrl);
  try {
    const lengths = await Promise.all([0, 1, 2, 3].map((shard) => redis.hlen(`{s${shard}}:outbox`)));
    return lengths.reduce((sum, length) => sum + length, 0);
  } finally {
    redis.disconnect();
  }
}
