/** What the index takes on disk. */
import { setTimeout as pause } from "node:timers/promises";
import { aliasOf } from "../../../services/read-service/src/search/connect.ts";
import { SEARCH_INDEX, type World } from "../world.ts";
import type { History } from "./history.ts";

/** For so long Elasticsearch tells what it told before. */
const STATS_MS = 11_000;

interface Stats {
  _all: { primaries: { store: { size_in_bytes: number }; segments: { count: number } } };
}

export async function measureSize({ stores }: World, { messages }: History): Promise<void> {
  const index = `${stores.elasticsearch?.url}/${aliasOf(SEARCH_INDEX)}`;
  const read = async () => {
    await fetch(`${index}/_flush`, { method: "POST" });
    await pause(STATS_MS);
    const { _all } = (await (await fetch(`${index}/_stats/store,segments`)).json()) as Stats;
    const { store, segments } = _all.primaries;
    return {
      "bytes a message": Math.round(store.size_in_bytes / messages.length),
      segments: segments.count,
    };
  };
  const written = await read();
  await fetch(`${index}/_forcemerge?max_num_segments=1`, { method: "POST" });
  const bytes = messages.reduce((sum, { folded }) => sum + Buffer.byteLength(folded), 0);
  console.table({
    "as it is written": written,
    "merged into one": await read(),
    "the folded text alone": { "bytes a message": Math.round(bytes / messages.length) },
  });
}
