/** Brings an index up to what MySQL has of some chats. */
import type { Logger } from "@parley/common/log";
import type { Knex } from "knex";
import { mapLastChanges } from "../queries/live-chats.ts";
import { listChangedMessages } from "../queries/messages.ts";
import { replaceRefusals } from "../queries/search-refusals.ts";
import type { OneIndex } from "./connect.ts";
import type { IndexedChat } from "./documents.ts";

/** Together they bound what is held in memory: messages may have 64 KiB. */
const chatsTogether = 10;
const statesAtOnce = 250;

/** How far an index has come with a chat. */
export type Progress = { chat: IndexedChat; through: number };
type Dependencies = { db: Knex; log: Logger; onWritten?: (states: number) => void };

export function createCatchUp({ db, log, onWritten }: Dependencies) {
  /** Writes the next states of some chats; gives those that have more. */
  async function writeNext(index: OneIndex, chats: readonly Progress[]): Promise<Progress[]> {
    // Before their messages, so that whatever it stands for is among them.
    const lastChanges = await mapLastChanges(
      db,
      chats.map(({ chat }) => chat.id),
    );
    const parts = await Promise.all(
      chats.map(async (progress) => {
        const { chat, through: after } = progress;
        const messages = await listChangedMessages(db, chat.id, { after, limit: statesAtOnce });
        const newest = messages.at(-1)?.changeNumber ?? after;
        // Not all changes are of messages.
        const last = messages.length < statesAtOnce ? (lastChanges.get(chat.id) ?? 0) : 0;
        return { progress, chat, messages, through: Math.max(newest, last) };
      }),
    );
    const changed = parts.filter(({ progress, through }) => through > progress.through);
    if (changed.length === 0) return [];
    const refusals = await index.writeStates(changed);
    for (const { reason, ...refused } of refusals) {
      log.error({ refused, reason }, "message cannot be indexed, parked: search reads it from MySQL");
    }
    // Before the watermark goes beyond them: what the index lacks is found in one place or the other.
    await replaceRefusals(db, changed, refusals);
    await index.writeWatermarks(changed);
    for (const { progress, through } of changed) progress.through = through;
    onWritten?.(changed.reduce((sum, { messages }) => sum + messages.length, 0));
    return changed.filter(({ messages }) => messages.length === statesAtOnce).map(({ progress }) => progress);
  }

  /** A few chats at a time, until nothing is left; `through` of each tells how far it has come. */
  return async (index: OneIndex, chats: readonly Progress[]): Promise<void> => {
    const behind = [...chats];
    while (behind.length > 0) behind.push(...(await writeNext(index, behind.splice(0, chatsTogether))));
  };
}
