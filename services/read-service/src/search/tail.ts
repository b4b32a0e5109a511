/** What changed beyond the watermarks of the index: read from MySQL. */
import type { Knex } from "knex";
import { listChangedOfChats } from "../queries/found-messages.ts";
import type { StoredCandidate } from "./request.ts";

const chatsAtOnce = 50;
const statesAtOnce = 250;

/** A chat that has come to `lastChange`. */
export type SearchedChat = { id: number; number: number; lastChange: number };
type Watermarks = ReadonlyMap<number, number>;
/** `isCut`: there is more. */
export type Tail = { states: StoredCandidate[]; isCut: boolean };

const throughOf = (watermarks: Watermarks, { id }: SearchedChat): number => watermarks.get(id) ?? 0;

/** How many changes there are. */
export function tailLength(chats: readonly SearchedChat[], watermarks: Watermarks): number {
  return chats.reduce((sum, chat) => sum + Math.max(chat.lastChange - throughOf(watermarks, chat), 0), 0);
}

/** Newest states of the messages that changed, tombstones included; about `limit` at most. */
export async function readTail(
  db: Knex,
  chats: readonly SearchedChat[],
  { watermarks, limit }: { watermarks: Watermarks; limit: number },
): Promise<Tail> {
  const behind = chats
    .filter((chat) => throughOf(watermarks, chat) < chat.lastChange)
    .map((chat) => ({ chatId: chat.id, after: throughOf(watermarks, chat) }))
    .sort((a, b) => a.chatId - b.chatId);
  const states: StoredCandidate[] = [];
  for (let i = 0; i < behind.length; i += chatsAtOnce) {
    let rest = behind.slice(i, i + chatsAtOnce);
    while (rest.length > 0) {
      if (states.length >= limit) return { states, isCut: true };
      const part = await listChangedOfChats(db, rest, statesAtOnce);
      states.push(...part);
      const last = part.length < statesAtOnce ? undefined : part.at(-1);
      rest = rest
        .filter(({ chatId }) => last && chatId >= last.chatId)
        .map((chat) => (last && chat.chatId === last.chatId ? { ...chat, after: last.changeNumber } : chat));
    }
  }
  return { states, isCut: false };
}
