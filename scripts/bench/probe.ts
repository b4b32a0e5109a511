/** Looks into the stores from outside the services: what still waits, and what has arrived. */
import { recordsQueue, searchQueue } from "@parley/common/topology";
import { connect } from "amqplib";
import { Redis } from "ioredis";
import { createPool, type RowDataPacket } from "mysql2/promise";
import { waitUntil } from "../../spec/support/wait-until.ts";
import { aliasOf } from "../../services/read-service/src/search/connect.ts";
import { mysqlUrl, SEARCH_INDEX, SHARDS, type World } from "./world.ts";

const DRAIN_MS = 600_000;

interface VersionRow extends RowDataPacket {
  version: string;
}

interface ChatRow extends RowDataPacket {
  id: number;
  application_id: number;
  stored: number;
  highest: number;
}

interface CountRow extends RowDataPacket {
  count: number;
}

export interface Stored {
  rows: number;
  chatIds: number[];
  applicationIds: number[];
  /** The numbers of each chat go from 1 up without a gap; the primary key keeps them from being there twice. */
  isDense: boolean;
}

async function readElasticsearchVersion(url: string): Promise<string> {
  const response = await fetch(url);
  return ((await response.json()) as { version: { number: string } }).version.number;
}

export type Probe = Awaited<ReturnType<typeof openProbe>>;

export async function openProbe({ stores }: World) {
  const redis = new Redis(stores.redis.url);
  const broker = await connect(stores.rabbitmq.url, { noDelay: true });
  // Whoever asks next is told.
  for (const connection of [redis, broker]) connection.on("error", () => undefined);
  const channel = await broker.createChannel();
  const pool = createPool({ uri: mysqlUrl(stores), connectionLimit: 2 });
  const shards = Array.from({ length: SHARDS }, (_, shard) => shard);
  const queues = [...shards.map(recordsQueue), ...(stores.elasticsearch ? [searchQueue] : [])];

  const sum = (counts: number[]): number => counts.reduce((total, count) => total + count, 0);

  /** Records that were accepted and are not settled. */
  const outboxLength = async (): Promise<number> =>
    sum(await Promise.all(shards.map((shard) => redis.hlen(`{s${shard}}:outbox`))));

  /** Messages that no consumer has taken yet. */
  async function queued(names: readonly string[] = queues): Promise<number> {
    const states = await Promise.all(names.map((queue) => channel.checkQueue(queue)));
    return sum(states.map(({ messageCount }) => messageCount));
  }

  async function countRows(table: "seq_conflicts" | "parked"): Promise<number> {
    const [rows] = await pool.query<CountRow[]>(`SELECT COUNT(*) AS count FROM ${table}`);
    return rows[0]?.count ?? 0;
  }

  async function countSearchable(chatIds: readonly number[]): Promise<number> {
    const response = await fetch(`${stores.elasticsearch?.url}/${aliasOf(SEARCH_INDEX)}/_count`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({
        query: { bool: { filter: [{ terms: { chat: chatIds } }, { exists: { field: "number" } }] } },
      }),
    });
    return ((await response.json()) as { count: number }).count;
  }

  return {
    outboxLength,
    queued,
    redis,

    untilEmpty: (): Promise<boolean> =>
      waitUntil(async () => (await outboxLength()) === 0 && (await queued()) === 0, DRAIN_MS),

    untilSearchable: ({ rows, chatIds }: Stored): Promise<boolean> =>
      waitUntil(async () => (await countSearchable(chatIds)) === rows, DRAIN_MS),

    /** What MySQL has of the messages of these applications. */
    async findStored(tokens: readonly string[]): Promise<Stored> {
      const [chats] = await pool.query<ChatRow[]>(
        `SELECT c.id, c.application_id, COUNT(*) AS stored, MAX(m.number) AS highest
         FROM applications a JOIN chats c ON c.application_id = a.id JOIN messages m ON m.chat_id = c.id
         WHERE a.token IN (?) GROUP BY c.id`,
        [tokens],
      );
      return {
        rows: sum(chats.map(({ stored }) => stored)),
        chatIds: chats.map(({ id }) => id),
        applicationIds: chats.map(({ application_id: id }) => id),
        isDense: chats.every(({ stored, highest }) => stored === highest),
      };
    },

    /** Numbers given twice, and records that could not be stored: there are to be none. */
    countFaults: async (): Promise<number> =>
      (await countRows("seq_conflicts")) + (await countRows("parked")),

    async readVersions(): Promise<Record<string, string | undefined>> {
      const [rows] = await pool.query<VersionRow[]>("SELECT VERSION() AS version");
      return {
        node: process.version,
        mysql: rows[0]?.version,
        redis: /redis_version:(\S+)/.exec(await redis.info("server"))?.[1],
        rabbitmq: broker.connection.serverProperties.version,
        elasticsearch: stores.elasticsearch && (await readElasticsearchVersion(stores.elasticsearch.url)),
      };
    },

    async close(): Promise<void> {
      redis.disconnect();
      await Promise.all([broker.close(), pool.end()]);
    },
  };
}
