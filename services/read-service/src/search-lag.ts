/** How far the search index is behind what is stored. */
import type { Knex } from "knex";
import { inTime } from "./in-time.ts";
import { findFirstChangeTime } from "./queries/messages.ts";
import { countUnindexed, listUnindexedIds } from "./queries/unindexed-chats.ts";
import type { SearchIndex } from "./search/connect.ts";

/** Of so many chats it is asked how long they have been behind. */
const chatsAsked = 50;
const indexMs = 800;

type Dependencies = { db: Knex; search: Pick<SearchIndex, "findWatermarks"> };
export type SearchLag = { chatsBehind: number; secondsBehind: number };

export function createSearchLag({ db, search }: Dependencies): () => Promise<SearchLag> {
  /** When the oldest change was made that the index did not have; what is not indexed grows older while it is away. */
  let since: number | undefined;

  async function findOldest(): Promise<number | undefined> {
    const ids = await listUnindexedIds(db, chatsAsked);
    if (ids.length === 0) return undefined;
    const watermarks = await inTime(search.findWatermarks(ids), indexMs).catch(() => undefined);
    return watermarks ? (await findFirstChangeTime(db, watermarks))?.getTime() : (since ?? Date.now());
  }

  return async () => {
    const chatsBehind = await countUnindexed(db);
    since = await findOldest();
    const secondsBehind = since === undefined ? 0 : Math.max(0, Math.round((Date.now() - since) / 1000));
    return { chatsBehind, secondsBehind };
  };
}
