/** W5: search for a part of a word in a long chat, against Elasticsearch asked by itself. */
import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { createLogger } from "@parley/common/log";
import { connectSearch } from "../../services/read-service/src/search/connect.ts";
import { sortKeysOf } from "../../services/read-service/src/search/sort.ts";
import { HITS_PER_NEEDLE, type History } from "./history.ts";
import { CONNECTIONS, runLoad, type Request } from "./load.ts";
import { messagePath } from "./places.ts";
import { createRandom } from "./text.ts";
import { runOf, type Context, type Run, type Sides, type Workload } from "./workload.ts";
import { SEARCH_INDEX } from "./world.ts";

const PAGE = 50;
const QUERIES_PER_CONNECTION = 200;

/** What read-service asks Elasticsearch for each needle: taken down from its own code, so that it is never another query. */
async function recordQueries({ applicationId, chatId, needles }: History): Promise<Request[]> {
  const recorded: Request[] = [];
  const record = async (req: IncomingMessage): Promise<void> => {
    const body = await text(req);
    recorded.push({
      method: "POST",
      path: req.url ?? "",
      headers: { "content-type": req.headers["content-type"] ?? "", accept: req.headers.accept ?? "" },
      body,
    });
  };
  const reply = JSON.stringify({ hits: { hits: [] }, timed_out: false });
  const recorder = createServer((req, res) => {
    res.setHeader("X-Elastic-Product", "Elasticsearch").setHeader("Content-Type", "application/json");
    void record(req).then(() => res.end(reply));
  }).listen(0, "127.0.0.1");
  await once(recorder, "listening");
  const url = `http://127.0.0.1:${(recorder.address() as AddressInfo).port}`;
  const search = connectSearch({
    url,
    name: SEARCH_INDEX,
    shards: 1,
    replicas: 0,
    refreshMs: 1000,
    log: createLogger("bench", "warn"),
  });
  const question = {
    place: { applicationId, chatId, caller: { kind: "guest" as const } },
    filters: { after: 0, before: 2 ** 31 },
    keys: sortKeysOf({ sort: "oldest", mode: "contains", isWholeApplication: false }),
    // One more, to know whether there is a next page.
    limit: PAGE + 1,
    watermarksOf: [chatId],
  };
  for (const needle of needles) await search.findHits({ ...question, condition: { folded: needle } });
  await search.stop();
  recorder.closeAllConnections();
  recorder.close();
  return recorded;
}

async function countHits(url: string, { path, ...init }: Request): Promise<number> {
  const response = await fetch(url + path, init);
  const found = (await response.json()) as unknown[] | { hits: { hits: unknown[] } };
  return Array.isArray(found) ? found.length : found.hits.hits.length;
}

async function checkHits(url: string, queries: readonly Request[]): Promise<void> {
  for (const query of queries) {
    const hits = await countHits(url, query);
    if (hits !== HITS_PER_NEEDLE) throw new Error(`${query.path} has ${hits} hits, not ${HITS_PER_NEEDLE}`);
  }
}

function shuffled(queries: readonly Request[]): Request[][] {
  const random = createRandom(6);
  const pick = (): Request => queries[random(queries.length)] ?? { path: "" };
  return Array.from({ length: CONNECTIONS }, () => Array.from({ length: QUERIES_PER_CONNECTION }, pick));
}

async function prepare({ world, history }: Context): Promise<Sides> {
  const place = await history();
  const path = messagePath(place).replace(/messages$/, "search");
  const asked: Request[] = place.needles.map((needle) => ({ path: `${path}?q=${needle}&limit=${PAGE}` }));
  const bare = await recordQueries(place);
  const elasticsearch = world.stores.elasticsearch?.url ?? "";
  await checkHits(world.readService.url, asked);
  await checkHits(elasticsearch, bare);

  const run = async (url: string, queries: Request[], seconds: number): Promise<Run> =>
    runOf(await runLoad({ url, connections: CONNECTIONS, requests: shuffled(queries), seconds }), 200);
  return {
    product: (seconds) => run(world.readService.url, asked, seconds),
    baseline: (seconds) => run(elasticsearch, bare, seconds),
    stop: async () => undefined,
  };
}

export const searchWorkloads: Workload[] = [
  { id: "W5", title: "search in a chat of 100,000", aim: 0.7, withSearch: true, prepare },
];
