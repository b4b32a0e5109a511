/** Holds what the search index has of a chat against MySQL: every state up to the watermark, tombstones, too. */
import type { Knex } from "knex";
import { mapLastChanges } from "../queries/live-chats.ts";
import { findPageEnd, listChangeNumbers, type ChangedNumber } from "../queries/messages.ts";
import { listRefusedNumbers } from "../queries/search-refusals.ts";
import type { SearchIndex } from "./connect.ts";

const numbersAtOnce = 5000;

type Dependencies = { db: Knex; search: Pick<SearchIndex, "findWatermarks" | "listStates"> };
/** What is refused for good need not be there. */
type Sides = {
  stored: readonly ChangedNumber[];
  indexed: readonly ChangedNumber[];
  refused: ReadonlySet<number>;
};

function compare({ stored, indexed, refused }: Sides, watermark: number): string[] {
  const states = new Map(indexed.map(({ number, changeNumber }) => [number, changeNumber]));
  const wrong = stored.flatMap(({ number, changeNumber }) => {
    const found = states.get(number);
    states.delete(number);
    if (changeNumber > watermark || refused.has(number)) return [];
    if (found === undefined) return [`message ${number} is not in the index`];
    if (found === changeNumber) return [];
    return [`message ${number} is in the index as of change ${found}, not ${changeNumber}`];
  });
  return [...wrong, ...[...states.keys()].map((number) => `message ${number} is only in the index`)];
}

/**
 * Page by page; the index before MySQL, so that what changes in between is beyond the watermark.
 * @param expected the change up to which the index should have come by now
 */
export async function compareIndex(
  { db, search }: Dependencies,
  chatId: number,
  expected: number,
): Promise<string[]> {
  const watermark = (await search.findWatermarks([chatId])).get(chatId) ?? 0;
  const refused = await listRefusedNumbers(db, chatId);
  const newest = (await mapLastChanges(db, [chatId])).get(chatId) ?? 0;
  const wrong: string[] = [];
  if (watermark < expected) wrong.push(`the index has come to change ${watermark} of ${expected}`);
  if (watermark > newest) wrong.push(`the index has come to change ${watermark}, beyond ${newest}`);
  for (let after = 0, through = 0; through < Infinity; after = through) {
    through = (await findPageEnd(db, chatId, { after, limit: numbersAtOnce })) ?? Infinity;
    const indexed = await search.listStates({ chatId, after, through });
    const stored = await listChangeNumbers(db, chatId, { after, through });
    wrong.push(...compare({ stored, indexed, refused }, watermark));
  }
  return wrong;
}
