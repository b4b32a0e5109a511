/** The same searches by PostgreSQL's pg_trgm and MySQL's LIKE, over the same folded texts. */
import { randomBytes } from "node:crypto";
import { fold } from "@parley/common/fold";
import { createPool, type RowDataPacket } from "mysql2/promise";
import pg from "pg";
import { step } from "../../progress.ts";
import { installRivals } from "../../servers/install.ts";
import { freeTestPort } from "../../servers/ports.ts";
import { startPostgresql } from "../../servers/postgresql.ts";
import type { OnSpawn } from "../../servers/process.ts";
import { mysqlUrl, type World } from "../world.ts";
import type { History, Message } from "./history.ts";
import { showTimings, timeOf } from "./timings.ts";

const PAGE = 50;
const BATCH = 2000;
const QUERIES_PER_LENGTH = 40;
const LENGTHS = [
  [1, 1],
  [2, 2],
  [3, 3],
  [4, 8],
  [9, 30],
] as const;

/** `find` gives how many hits are on the page of the newest. */
interface Engine {
  name: string;
  find: (folded: string) => Promise<number>;
  /** Of its index; a scan has none, and Parley's is measured apart. */
  bytes?: () => Promise<number>;
  stop: () => Promise<void>;
}

interface Options {
  world: World;
  history: History;
  queries: readonly string[];
  dataFolder: string;
  onSpawn: OnSpawn;
}

const likeOf = (folded: string): string => `%${folded.replaceAll(/[\\%_]/g, "\\$&")}%`;

async function eachBatch(messages: readonly Message[], act: (part: readonly Message[]) => Promise<unknown>) {
  for (let i = 0; i < messages.length; i += BATCH) await act(messages.slice(i, i + BATCH));
}

async function openPostgresql({ history, dataFolder, onSpawn }: Options): Promise<Engine> {
  const password = randomBytes(16).toString("hex");
  const server = await startPostgresql({ dataFolder, port: await freeTestPort(), password, onSpawn });
  const pool = new pg.Pool({ connectionString: server.url, max: 4 });
  await pool.query("CREATE EXTENSION pg_trgm");
  await pool.query("CREATE TABLE m (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, content text)");
  await eachBatch(history.messages, (part) =>
    pool.query("INSERT INTO m (content) SELECT unnest($1::text[])", [part.map(({ folded }) => folded)]),
  );
  await pool.query("CREATE INDEX m_trgm ON m USING gin (content gin_trgm_ops)");
  await pool.query("VACUUM ANALYZE m");
  return {
    name: "PostgreSQL pg_trgm",
    async find(folded) {
      const text = "SELECT id, content FROM m WHERE content LIKE $1 ORDER BY id DESC LIMIT $2";
      return (await pool.query(text, [likeOf(folded), PAGE])).rows.length;
    },
    async bytes() {
      const text = "SELECT pg_indexes_size('m')::int AS bytes";
      return Number((await pool.query<{ bytes: number }>(text)).rows[0]?.bytes);
    },
    async stop() {
      await pool.end();
      await server.stop();
    },
  };
}

async function openMysql({ world, history }: Options): Promise<Engine> {
  const pool = createPool({ uri: mysqlUrl(world.stores), connectionLimit: 4 });
  await pool.query(
    `CREATE TABLE bench_like (id bigint AUTO_INCREMENT PRIMARY KEY,
     content mediumtext CHARACTER SET utf8mb4 COLLATE utf8mb4_bin)`,
  );
  await eachBatch(history.messages, (part) =>
    pool.query("INSERT INTO bench_like (content) VALUES ?", [part.map(({ folded }) => [folded])]),
  );
  return {
    name: "MySQL LIKE",
    async find(folded) {
      const text = "SELECT id, content FROM bench_like WHERE content LIKE ? ORDER BY id DESC LIMIT ?";
      const [rows] = await pool.query<RowDataPacket[]>(text, [likeOf(folded), PAGE]);
      return rows.length;
    },
    async stop() {
      await pool.query("DROP TABLE bench_like");
      await pool.end();
    },
  };
}

const parley = ({ world, history }: Options): Engine => ({
  name: "Parley",
  async find(folded) {
    const path = `/api/applications/${history.token}/search?sort=newest&limit=${PAGE}`;
    const reply = await fetch(`${world.readService.url}${path}&q=${encodeURIComponent(folded)}`);
    return ((await reply.json()) as unknown[]).length;
  },
  stop: () => Promise.resolve(),
});

/** In turn, query by query; what each finds is compared with a look at every message. */
export async function compareRivals(options: Options): Promise<void> {
  await installRivals();
  const { history, queries } = options;
  const engines = [
    parley(options),
    await step("PostgreSQL", openPostgresql(options)),
    await step("MySQL", openMysql(options)),
  ];
  const folded = queries.map(fold);
  for (const [from, to] of LENGTHS) {
    const chosen = folded
      .filter((query) => Array.from(query).length >= from && Array.from(query).length <= to)
      .slice(0, QUERIES_PER_LENGTH);
    const ms = engines.map((): number[] => []);
    const wrong = engines.map(() => 0);
    for (const query of chosen) {
      const matching = history.messages.filter((message) => message.folded.includes(query)).length;
      for (const [i, { find }] of engines.entries()) {
        let found = 0;
        ms[i]?.push(await timeOf(async () => (found = await find(query))));
        if (found !== Math.min(matching, PAGE)) wrong[i] = (wrong[i] ?? 0) + 1;
      }
    }
    console.log(`  ${chosen.length} queries of ${from}–${to} characters`);
    console.table(
      Object.fromEntries(
        engines.map(({ name }, i) => [name, { ...showTimings(ms[i] ?? []), wrong: wrong[i] }]),
      ),
    );
  }
  const total = history.messages.length;
  for (const { name, bytes, stop } of engines) {
    if (bytes) console.log(`  ${name}: ${Math.round((await bytes()) / total)} bytes of index a message`);
    await stop();
  }
}
