/** W3: pages of a long chat, against bare http and the same query. */
import { deepEqual } from "node:assert/strict";
import { startBaseline } from "./baselines/start.ts";
import { MESSAGES } from "./history.ts";
import { CONNECTIONS, runLoad } from "./load.ts";
import { messagePath } from "./places.ts";
import { createRandom } from "./text.ts";
import { runOf, type Context, type Run, type Sides, type Workload } from "./workload.ts";

const PAGE = 50;
const PLACES_PER_CONNECTION = 200;
const random = createRandom(5);

const newest = (): string => `?order=desc&limit=${PAGE}`;
const anywhere = (): string => `?after=${random(MESSAGES - PAGE)}&limit=${PAGE}`;

async function getJson(url: string): Promise<unknown> {
  const response = await fetch(url);
  return response.json();
}

const pagesOf =
  (makeQuery: () => string) =>
  async ({ world, history, onSpawn }: Context): Promise<Sides> => {
    const place = await history();
    const env = { CHAT_ID: String(place.chatId) };
    const server = await startBaseline("pages", world, { onSpawn, env });
    const { url } = world.readService;
    const path = messagePath(place);
    const queries = Array.from({ length: CONNECTIONS }, () =>
      Array.from({ length: PLACES_PER_CONNECTION }, makeQuery),
    );
    const sample = queries[0]?.[0] ?? "";
    deepEqual(await getJson(`${url}${path}${sample}`), await getJson(`${server.url}/${sample}`));

    const run = async (base: string, prefix: string, seconds: number): Promise<Run> => {
      const requests = queries.map((list) => list.map((query) => ({ path: prefix + query })));
      return runOf(await runLoad({ url: base, connections: CONNECTIONS, requests, seconds }), 200);
    };
    return {
      product: (seconds) => run(url, path, seconds),
      baseline: (seconds) => run(server.url, "/", seconds),
      stop: server.stop,
    };
  };

export const readWorkloads: Workload[] = [
  { id: "W3", title: "newest 50 of 100,000", aim: 0.6, withSearch: true, prepare: pagesOf(newest) },
  {
    id: "W3",
    title: "50 at a random place of 100,000",
    aim: 0.6,
    withSearch: true,
    prepare: pagesOf(anywhere),
  },
];
