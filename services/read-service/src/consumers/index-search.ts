/** changes → Elasticsearch. A change only says how far a chat has come: what is indexed is read from MySQL, so nothing is missed or stale. */
import type { Delivery } from "@parley/common/broker";
import { Changes, type Change } from "@parley/common/changes";
import { chatKey } from "@parley/common/ledger";
import type { Logger } from "@parley/common/log";
import type { Knex } from "knex";
import { listChatsFrom, listLiveChats } from "../queries/chats.ts";
import { listChangedMessages } from "../queries/messages.ts";
import { newestChanges } from "../newest-changes.ts";
import type { SearchIndex } from "../search/connect.ts";
import type { IndexedChat } from "../search/documents.ts";

/** Together they bound what is held in memory: messages may have 64 KiB. */
const chatsTogether = 10;
const statesAtOnce = 250;
const chatsAtOnce = 200;
const knownChats = 100_000;
const quietMs = 5000;

type Dependencies = { db: Knex; search: SearchIndex; log: Logger };
type Known = { chat: IndexedChat; through: number };

export function createIndexer({ db, search, log }: Dependencies) {
  /** What this process has written, by chat; forgotten whenever the index may be another one. */
  const known = new Map<string, Known>();

  /** Finds the live chats of changes, and how far those are that this process has not met before. */
  async function meetChats(changes: readonly Change[]): Promise<void> {
    if (known.size + changes.length > knownChats) known.clear();
    const chats = await listLiveChats(db, changes);
    const watermarks = await search.findWatermarks(chats.map(({ id }) => id));
    for (const chat of chats) {
      known.set(chatKey(chat.token, chat.number), { chat, through: watermarks.get(chat.id) ?? 0 });
    }
  }

  /** Writes the next states of some chats; gives those that have more. */
  async function indexNext(chats: readonly Known[]): Promise<Known[]> {
    const parts = await Promise.all(
      chats.map(async (one) => {
        const page = { after: one.through, limit: statesAtOnce };
        const messages = await listChangedMessages(db, one.chat.id, page);
        return { one, chat: one.chat, messages, through: messages.at(-1)?.changeNumber ?? one.through };
      }),
    );
    const changed = parts.filter(({ messages }) => messages.length > 0);
    for (const refused of await search.indexMessages(changed)) {
      log.error({ refused }, "message cannot be indexed, search will not find it");
    }
    for (const { one, through } of changed) one.through = through;
    return changed.filter(({ messages }) => messages.length === statesAtOnce).map(({ one }) => one);
  }

  /** Writes what MySQL has beyond each chat's watermark, a few chats at a time, until nothing is left. */
  async function catchUp(chats: readonly Known[]): Promise<void> {
    const behind = [...chats];
    while (behind.length > 0) behind.push(...(await indexNext(behind.splice(0, chatsTogether))));
  }

  /** A new index is filled from MySQL; changes that come meanwhile wait in the queue. */
  async function fill(): Promise<void> {
    log.info("search index is new, filling it from MySQL");
    let after = 0;
    for (;;) {
      const chats = await listChatsFrom(db, { after, limit: chatsAtOnce });
      const last = chats.at(-1);
      if (last === undefined) return search.markFilled();
      await catchUp(chats.map((chat) => ({ chat, through: 0 })));
      after = last.id;
    }
  }

  /** Ready to take changes: there is an index, and it is full. */
  async function prepare(): Promise<void> {
    known.clear();
    if (!(await search.ensureIndex())) await fill();
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

  let prepared: Promise<void> | undefined;
  let handledAt = performance.now();

  return async (deliveries: readonly Delivery[]): Promise<void> => {
    // Another process may have been at work in between, on an index that was made anew.
    if (performance.now() - handledAt > quietMs) known.clear();
    prepared ??= prepare();
    try {
      await prepared;
      const newest = newestChanges(deliveries.flatMap(({ body }) => readChanges(body)));
      const unmet = [...newest].flatMap(([key, change]) => (known.has(key) ? [] : [change]));
      for (let i = 0; i < unmet.length; i += chatsAtOnce) await meetChats(unmet.slice(i, i + chatsAtOnce));
      const chats = [...newest].flatMap(([key, { changeNumber }]) => {
        const chat = known.get(key);
        return chat && chat.through < changeNumber ? [chat] : [];
      });
      await catchUp(chats);
      handledAt = performance.now();
    } catch (err) {
      prepared = undefined;
      throw err;
    }
  };
}
