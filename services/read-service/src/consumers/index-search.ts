/** changes → Elasticsearch. A change only says how far a chat has come: what is indexed is read from MySQL, so nothing is missed or stale. */
import type { Delivery } from "@parley/common/broker";
import { Changes, type Change } from "@parley/common/changes";
import type { Logger } from "@parley/common/log";
import type { Knex } from "knex";
import { findChatPath, listChatsFrom } from "../queries/chats.ts";
import { listChangedMessages } from "../queries/messages.ts";
import type { SearchIndex } from "../search.ts";

const statesAtOnce = 1000;
const knownChats = 100_000;

type Dependencies = { db: Knex; search: SearchIndex; log: Logger };
type Known = { chatId: number; through: number };

export function createIndexer({ db, search, log }: Dependencies) {
  /** What this process has written, by chat; forgotten whenever the index may be another one. */
  const known = new Map<string, Known>();

  async function findKnown({ token, chat }: Change): Promise<Known | undefined> {
    const key = `${token}:${chat}`;
    const found = known.get(key);
    if (found) return found;
    const path = await findChatPath(db, token, chat);
    if (path?.chat?.state !== "live") return undefined;
    if (known.size >= knownChats) known.clear();
    const entry = { chatId: path.chat.id, through: await search.findWatermark(path.chat.id) };
    known.set(key, entry);
    return entry;
  }

  /** Writes what MySQL has beyond each chat's watermark, a part at a time, until nothing is left. */
  async function catchUp(chats: readonly Known[]): Promise<void> {
    let behind = chats;
    while (behind.length > 0) {
      const parts = await Promise.all(
        behind.map(async (chat) => {
          const messages = await listChangedMessages(db, chat.chatId, {
            after: chat.through,
            limit: statesAtOnce,
          });
          return {
            chat,
            chatId: chat.chatId,
            messages,
            through: messages.at(-1)?.changeNumber ?? chat.through,
          };
        }),
      );
      const changed = parts.filter(({ messages }) => messages.length > 0);
      if (changed.length === 0) return;
      for (const refused of await search.indexMessages(changed)) {
        log.error({ refused }, "message cannot be indexed, search will not find it");
      }
      for (const { chat, through } of changed) chat.through = through;
      behind = changed.filter(({ messages }) => messages.length === statesAtOnce).map(({ chat }) => chat);
    }
  }

  /** A new index is filled from MySQL; changes that come meanwhile wait in the queue. */
  async function fill(): Promise<void> {
    log.info("search index is new, filling it from MySQL");
    let after = 0;
    for (;;) {
      const chats = await listChatsFrom(db, { after, limit: 200 });
      const last = chats.at(-1);
      if (last === undefined) return;
      await catchUp(chats.map((chatId) => ({ chatId, through: 0 })));
      after = last;
    }
  }

  /** Ready to take changes: there is an index, and it is full. */
  async function prepare(): Promise<void> {
    known.clear();
    if (await search.ensureIndex()) await fill();
  }

  let prepared: Promise<void> | undefined;

  return async (deliveries: readonly Delivery[]): Promise<void> => {
    prepared ??= prepare();
    try {
      await prepared;
      const newest = new Map<string, Change>();
      for (const { body } of deliveries) {
        for (const change of Changes.parse(JSON.parse(body.toString())).changes) {
          newest.set(`${change.token}:${change.chat}`, change);
        }
      }
      const chats: Known[] = [];
      for (const change of newest.values()) {
        const chat = await findKnown(change);
        if (chat && chat.through < change.changeNumber) chats.push(chat);
      }
      await catchUp(chats);
    } catch (err) {
      prepared = undefined;
      throw err;
    }
  };
}
