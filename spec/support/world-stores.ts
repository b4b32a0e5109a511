/** The stores of a world: shared with the whole test run, or its own, to be killed, paused and emptied. */
import { rmSync } from "node:fs";
import { join } from "node:path";
import { findDistribution } from "../../scripts/servers/elasticsearch-distribution.ts";
import { startElasticsearch } from "../../scripts/servers/elasticsearch.ts";
import { startMariadb } from "../../scripts/servers/mariadb.ts";
import { freeTestPort } from "../../scripts/servers/ports.ts";
import { rabbitmqctl, startRabbitmq, type RabbitmqNode } from "../../scripts/servers/rabbitmq.ts";
import { startRedis } from "../../scripts/servers/redis.ts";
import { migrate } from "../../scripts/services.ts";
import { startKillable, type Killable } from "./killable.ts";
import { mountDisk, type SmallDisk } from "./small-disk.ts";
import { createDatabase, createVhost, emptyRedis, sharedRabbitmqctl } from "./shared-stores.ts";

export type StoreName = "mysql" | "redis" | "rabbitmq" | "elasticsearch";
export type OwnStore = Killable & {
  /** Loses all it knows. Only while it is dead. */
  loseData: () => void;
  disk: SmallDisk | undefined;
};
export type Stores = {
  urls: Record<"mysql" | "redis" | "rabbitmq", string> & { elasticsearch: string | undefined };
  own: Partial<Record<StoreName, OwnStore>>;
  rabbitmqctl: (args: string[]) => Promise<string>;
  close: () => Promise<void>;
};

/** How a world's own stores are to be. */
export type StoreOptions = {
  /** Lines for elasticsearch.yml. */
  searchSettings?: readonly string[] | undefined;
  /** Stores whose files are on a disk of their own, of so many megabytes. */
  diskMb?: Partial<Record<StoreName, number>> | undefined;
};

type Start = Parameters<typeof startKillable>[0];

const password = "spec";

type OwnOptions = StoreOptions & { supervised: boolean };

function startOwnStore(
  name: StoreName,
  node: RabbitmqNode,
  { supervised, searchSettings, diskMb }: OwnOptions,
): Promise<OwnStore> {
  const { dataFolder } = node;
  const startOwn = (folder: string, start: Start) =>
    startOwnIn({ folder, start, supervised, diskMb: diskMb?.[name] });
  const common = async (port: number | undefined) => ({ dataFolder, port: port ?? (await freeTestPort()) });
  switch (name) {
    case "mysql":
      return startOwn(join(dataFolder, "mariadb"), async (port) =>
        startMariadb({ ...(await common(port)), password }),
      );
    case "redis":
      return startOwn(join(dataFolder, name), async (port) =>
        startRedis({ ...(await common(port)), password }),
      );
    case "rabbitmq":
      return startOwn(join(dataFolder, name), () => startRabbitmq({ ...node, password }));
    case "elasticsearch":
      return elasticsearchStart(dataFolder, searchSettings).then((start) =>
        startOwn(join(dataFolder, name), start),
      );
  }
}

async function elasticsearchStart(dataFolder: string, settings: readonly string[] = []): Promise<Start> {
  const distribution = findDistribution();
  if (!distribution) throw new Error("there is no Elasticsearch on this machine");
  const transportPort = await freeTestPort();
  const always = { dataFolder, transportPort, distribution, isShortLived: true, settings };
  return async (port) => startElasticsearch({ ...always, port: port ?? (await freeTestPort()) });
}

type OwnIn = { folder: string; start: Start; supervised: boolean; diskMb: number | undefined };

async function startOwnIn({ folder, start, supervised, diskMb }: OwnIn): Promise<OwnStore> {
  const disk = diskMb === undefined ? undefined : mountDisk(folder, diskMb);
  try {
    const killable = await startKillable(start, supervised);
    // The getters live in the object: a copy would show the first process for ever.
    return Object.assign(killable, {
      loseData: () => rmSync(folder, { recursive: true, force: true }),
      disk,
    });
  } catch (err) {
    disk?.unmount();
    throw err;
  }
}

/** Opens what a world needs; everything else of it stays with the test run's own stores. */
export async function openStores(
  dataFolder: string,
  wanted: OwnOptions & { own: readonly StoreName[]; withSearch: boolean },
): Promise<Stores> {
  // The same ports at each start: its tools find it by them.
  const [port, distributionPort, epmdPort] = [
    await freeTestPort(),
    await freeTestPort(),
    await freeTestPort(),
  ];
  const node = { dataFolder, port, distributionPort, epmdPort };
  const own: Stores["own"] = {};
  await Promise.all(
    wanted.own.map(async (name) => {
      own[name] = await startOwnStore(name, node, wanted);
    }),
  );
  const database = own.mysql ? undefined : await createDatabase();
  const mysql = database?.url ?? `${own.mysql?.url ?? ""}/parley`;
  if (!database) await migrate(mysql);
  const search = own.elasticsearch?.url ?? process.env["TEST_ELASTICSEARCH_URL"];
  const urls = {
    mysql,
    redis: own.redis?.url ?? (await emptyRedis()),
    rabbitmq: own.rabbitmq?.url ?? (await createVhost()),
    elasticsearch: wanted.withSearch ? search : undefined,
  };
  return {
    urls,
    own,
    rabbitmqctl: (args) => (own.rabbitmq ? rabbitmqctl(node, args) : sharedRabbitmqctl(args)),
    async close() {
      await Promise.all(Object.values(own).map((store) => store.stop().finally(store.disk?.unmount)));
      await database?.drop();
    },
  };
}
