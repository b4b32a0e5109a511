/** How long a page of user search takes, beside the same by LIKE. */
import { fold } from "@parley/common/fold";
import { createPool, type Pool, type RowDataPacket } from "mysql2/promise";
import { createBar } from "../../progress.ts";
import { p99Of, showTimings, throughputOf, timeOf } from "../search/timings.ts";
import type { Context } from "../workload.ts";
import { mysqlUrl } from "../world.ts";
import { watchCpu } from "./cpu-watch.ts";
import { readPage, searchPath } from "./find.ts";
import type { Crowd } from "./people.ts";
import { LENGTHS, makeQueries, type Query } from "./queries.ts";

const PAGE = 50;
const AT_ONCE = 8;
const AIM_MS = 50;
const WARM_UP = 500;
/** So few, since each looks at every user. */
const LIKES_PER_LENGTH = 20;

type Taken = Query & { ms: number; hits: number };
/** Gives how many hits are on the page. */
type Find = (text: string) => Promise<number>;

async function take(find: Find, query: Query): Promise<Taken> {
  let hits = 0;
  const ms = await timeOf(async () => (hits = await find(query.text)));
  return { ...query, ms, hits };
}

async function takeAll(find: Find, queries: readonly Query[], atOnce: number, title: string) {
  const bar = createBar(title);
  const taken: Taken[] = [];
  const acts = queries.map((query) => async () => {
    taken.push(await take(find, query));
    bar.show(taken.length, queries.length);
  });
  const perSecond = await throughputOf(acts, atOnce);
  bar.clear();
  return { taken, perSecond };
}

/** As one writes it without a table of parts; it takes no heed of case and accents either. */
async function findByLike(pool: Pool, { applicationId }: Crowd, text: string): Promise<number> {
  const pattern = `%${fold(text).replaceAll(/[\\%_]/g, "\\$&")}%`;
  const [rows] = await pool.query<RowDataPacket[]>(
    `SELECT u.number, u.username, p.display_name FROM users u LEFT JOIN profiles p ON p.user_id = u.id
     WHERE u.application_id = ? AND u.state = 'live'
       AND (u.username COLLATE utf8mb4_general_ci LIKE ? OR p.display_name COLLATE utf8mb4_general_ci LIKE ?)
     ORDER BY u.number LIMIT ?`,
    [applicationId, pattern, pattern, PAGE + 1],
  );
  return rows.length;
}

function print(alone: readonly Taken[], together: readonly Taken[], likes: readonly Taken[]): void {
  const rows = LENGTHS.map(([from, to], kind) => {
    const msOf = (taken: readonly Taken[]) => taken.filter((one) => one.kind === kind).map(({ ms }) => ms);
    const one = showTimings(msOf(alone));
    const many = showTimings(msOf(together));
    const like = showTimings(msOf(likes));
    const figures = {
      queries: msOf(alone).length,
      "without a hit": alone.filter((query) => query.kind === kind && query.hits === 0).length,
      ...one,
      [`${AT_ONCE} at once: median`]: many["median ms"],
      p99: many["p99 ms"],
      "LIKE: median": like["median ms"],
      slowest: like["p99 ms"],
    };
    return [from === to ? `${from}` : `${from}–${to}`, figures] as const;
  });
  console.log("  user search by the length of the query");
  console.table(Object.fromEntries(rows));
}

function printSlowest(title: string, taken: readonly Taken[]): void {
  const p99 = p99Of(taken.map(({ ms }) => ms));
  const slowest = taken.toSorted((a, b) => b.ms - a.ms).slice(0, 5);
  const shown = slowest.map(({ text, ms }) => `${JSON.stringify(text)} ${ms.toFixed(0)} ms`);
  const verdict = p99 < AIM_MS ? "met" : "missed";
  console.log(`  ${title}: p99 ${p99.toFixed(1)} ms (< ${AIM_MS} ${verdict}); slowest: ${shown.join(", ")}`);
}

type Place = Pick<Context, "world" | "cpuSeconds">;

export async function measureSearches({ world, cpuSeconds }: Place, crowd: Crowd, count: number) {
  const find: Find = async (text) => (await readPage(world, searchPath(crowd, text, PAGE))).numbers.length;
  const queries = makeQueries(count, crowd.people, 34);
  const pool = createPool({ uri: mysqlUrl(world.stores), connectionLimit: 1 });
  try {
    await takeAll(find, makeQueries(WARM_UP, crowd.people, 35), 1, "warm-up");
    const alone = await takeAll(find, queries, 1, "one after the other");
    const showCpu = watchCpu(cpuSeconds);
    const together = await takeAll(find, queries, AT_ONCE, `${AT_ONCE} at once`);
    const cpu = showCpu();
    const sample = queries.slice(0, LIKES_PER_LENGTH * LENGTHS.length);
    const likes = await takeAll((text) => findByLike(pool, crowd, text), sample, 1, "LIKE");
    print(alone.taken, together.taken, likes.taken);
    printSlowest("one after the other", alone.taken);
    printSlowest(`${AT_ONCE} at once`, together.taken);
    console.log(`  ${Math.round(together.perSecond)} searches/s by ${AT_ONCE} at once`);
    console.log(`  CPU seconds of these ${count} searches: ${cpu}`);
  } finally {
    await pool.end();
  }
}
