/** What the refresh interval costs: how fast is written, and how fast is searched meanwhile. */
import { fold } from "@parley/common/fold";
import { spreadOf } from "../compare.ts";
import type { World } from "../world.ts";
import { makeCorpus } from "./corpus.ts";
import { connectIndex, find, openIndex, write } from "./indexes.ts";
import { makeQueries } from "./queries.ts";
import { showTimings, timeOf } from "./timings.ts";

const INTERVALS_MS = [200, 1000, 5000];
const ROUNDS = 3;
const MESSAGES = 40_000;
const BULK = 500;

async function play(
  world: World,
  refreshMs: number,
  contents: readonly string[],
  queries: readonly string[],
) {
  const search = connectIndex(world, "bench-refresh", { refreshMs });
  const name = await openIndex(search);
  const documents = contents.map((content, i) => ({ tenant: 1, number: i + 1, content }));
  const ms: number[] = [];
  let isWriting = true;
  const searching = (async () => {
    for (let i = 0; isWriting; i += 1) {
      const folded = fold(queries[i % queries.length] ?? "");
      ms.push(await timeOf(() => find(search, 1, folded)));
    }
  })();
  const writingMs = await timeOf(async () => {
    for (let i = 0; i < documents.length; i += BULK) {
      await write(search, name, documents.slice(i, i + BULK));
    }
  });
  isWriting = false;
  await searching;
  await search.stop();
  await fetch(`${world.stores.elasticsearch?.url}/${name}`, { method: "DELETE" });
  return { perSecond: (1000 * documents.length) / writingMs, ms };
}

export async function compareRefreshes(world: World): Promise<void> {
  const corpus = makeCorpus(MESSAGES);
  const queries = makeQueries(500, corpus);
  const runs = INTERVALS_MS.map((): { perSecond: number; ms: number[] }[] => []);
  for (let round = 0; round <= ROUNDS; round += 1) {
    for (const [i, interval] of INTERVALS_MS.entries()) {
      const run = await play(world, interval, corpus.contents, queries);
      // The first round warms up.
      if (round > 0) runs[i]?.push(run);
    }
  }
  console.log(`  ${MESSAGES} messages written while one searches, ${ROUNDS} rounds`);
  console.table(
    Object.fromEntries(
      INTERVALS_MS.map((interval, i) => {
        const own = runs[i] ?? [];
        const { median, lowest, highest } = spreadOf(own.map(({ perSecond }) => perSecond));
        const written = `${Math.round(median)} (${Math.round(lowest)}–${Math.round(highest)})`;
        return [`${interval} ms`, { "written/s": written, ...showTimings(own.flatMap(({ ms }) => ms)) }];
      }),
    ),
  );
}
