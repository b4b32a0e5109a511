/** changes → Elasticsearch. A change only says how far a chat has come: what is indexed is read from MySQL, so nothing is missed or stale. */
import type { Delivery } from "@parley/common/broker";
import { Changes, type Change } from "@parley/common/changes";
import type { Count } from "@parley/common/figures";
import { chatKey } from "@parley/common/ledger";
import type { Logger } from "@parley/common/log";
import type { Knex } from "knex";
import { newestChanges } from "../newest-changes.ts";
import { listLiveChats } from "../queries/live-chats.ts";
import { createCatchUp, type Progress } from "../search/catch-up.ts";
import { createConfirm } from "../search/confirm.ts";
import type { OneIndex, SearchIndex } from "../search/connect.ts";
import { ensureIndex } from "../search/rebuild.ts";

const chatsAtOnce = 200;
const knownChats = 100_000;

type Dependencies = {
  db: Knex;
  search: Pick<SearchIndex, "indexes" | "at">;
  log: Logger;
  count?: Count;
};

export function createIndexer({ db, search, log, count }: Dependencies) {
  const catchUp = createCatchUp({ db, log, onWritten: (states) => count?.("indexed", states) });
  const confirm = createConfirm({ db, log });
  /** How far the index has come, as far as this process knows, by chat. */
  const known = new Map<string, Progress>();
  let index: OneIndex | undefined;

  /** The index that is searched now. Of another one than before nothing is known. */
  async function findIndex(): Promise<OneIndex> {
    const name = await ensureIndex({ db, search, log });
    if (index?.name !== name) {
      known.clear();
      index = search.at(name);
    }
    return index;
  }

  /** Finds the live chats of changes, and how far those are that this process has not met before. */
  async function meetChats(into: OneIndex, changes: readonly Change[]): Promise<void> {
    if (known.size + changes.length > knownChats) known.clear();
    const chats = await listLiveChats(db, changes);
    const watermarks = await into.findWatermarks(chats.map(({ id }) => id));
    for (const chat of chats) {
      known.set(chatKey(chat.token, chat.number), { chat, through: watermarks.get(chat.id) ?? 0 });
    }
  }

  /** A change that cannot be read is left out: the next one of its chat says more. */
  function readChanges(body: Buffer): Change[] {
    try {
      return Changes.parse(JSON.parse(body.toString())).changes;
    } catch (err) {
      log.error({ err }, "change cannot be read");
      return [];
    }
  }

  return {
    handle: async (deliveries: readonly Delivery[]): Promise<void> => {
      const into = await findIndex();
      const newest = newestChanges(deliveries.flatMap(({ body }) => readChanges(body)));
      const unmet = [...newest].flatMap(([key, change]) => (known.has(key) ? [] : [change]));
      for (let i = 0; i < unmet.length; i += chatsAtOnce) {
        await meetChats(into, unmet.slice(i, i + chatsAtOnce));
      }
      const told = [...newest].flatMap(([key, { changeNumber }]) => {
        const progress = known.get(key);
        return progress ? [{ progress, isBehind: progress.through < changeNumber }] : [];
      });
      await catchUp(
        into,
        told.flatMap(({ progress, isBehind }) => (isBehind ? [progress] : [])),
      );
      confirm.add(
        into,
        told.map(({ progress }) => progress),
      );
    },

    stop: confirm.stop,
  };
}
