/** Tells of chats again that the search index does not show yet: a change that was lost with the queue is indexed all the same. */
import type { Broker } from "@parley/common/broker";
import { shardOf } from "@parley/common/records";
import type { Knex } from "knex";
import { publishChanges } from "../announce.ts";
import { listUnindexedFrom } from "../queries/unindexed-chats.ts";

const chatsAtOnce = 500;
const pagesAtOnce = 10;

type Dependencies = { db: Knex; broker: Pick<Broker, "publish">; shards: number };

/** Goes on where it ended before, so that those in front do not hide the others. */
export function createSweepUnindexed({ db, broker, shards }: Dependencies): () => Promise<void> {
  let after = 0;
  return async () => {
    for (let page = 0; page < pagesAtOnce; page += 1) {
      const chats = await listUnindexedFrom(db, { after, limit: chatsAtOnce });
      const byShard = Map.groupBy(chats, ({ token }) => shardOf(token, shards));
      for (const [shard, ofShard] of byShard) {
        const changes = ofShard.map(({ token, number, changeNumber }) => ({
          token,
          chat: number,
          changeNumber,
        }));
        await publishChanges(broker, shard, changes);
      }
      after = chats.length < chatsAtOnce ? 0 : (chats.at(-1)?.id ?? 0);
      if (after === 0) return;
    }
  };
}
