/** Recall and precision of user search: every hit of the product against a look at every name. */
import { fold } from "@parley/common/fold";
import { createBar } from "../../progress.ts";
import type { World } from "../world.ts";
import { findAll } from "./find.ts";
import type { Crowd } from "./people.ts";
import { makeQueries } from "./queries.ts";

const QUERIES = 200;
const CANDIDATES = 2000;
/** What has more hits is not followed to its end. */
const MOST_HITS = 2000;

/** Undefined when there are too many. */
function scan(folded: readonly string[], query: string): Set<number> | undefined {
  const text = fold(query);
  const numbers = new Set<number>();
  for (const [i, names] of folded.entries()) {
    if (!names.includes(text)) continue;
    numbers.add(i + 1);
    if (numbers.size > MOST_HITS) return undefined;
  }
  return numbers;
}

/** @throws Error when anybody is missed, wrong or shown twice */
export async function measureRecall(world: World, crowd: Crowd): Promise<void> {
  const bar = createBar("recall");
  // No query has a line feed: no hit reaches from one name into the other.
  const folded = crowd.people.map(({ username, displayName }) => fold(`${username}\n${displayName}`));
  const wrongs: string[] = [];
  let [queries, expected, found, right] = [0, 0, 0, 0];
  for (const { text } of makeQueries(CANDIDATES, crowd.people, 33)) {
    const numbers = scan(folded, text);
    if (!numbers) continue;
    const hits = await findAll(world, crowd, text);
    const good = new Set(hits.filter((number) => numbers.has(number))).size;
    if (good !== numbers.size || hits.length !== numbers.size) wrongs.push(JSON.stringify(text));
    expected += numbers.size;
    found += hits.length;
    right += good;
    bar.show((queries += 1), QUERIES);
    if (queries === QUERIES) break;
  }
  bar.clear();
  console.table({
    "user search": {
      queries,
      "hits compared": expected,
      recall: (right / expected).toFixed(3),
      precision: (right / found).toFixed(3),
      wrong: wrongs.length,
    },
  });
  if (wrongs.length > 0) throw new Error(`Not as they should be: ${wrongs.slice(0, 5).join(", ")}`);
}
