/** Who is writing: told to all processes, and of each user in a chat seldom. */
import type { Access } from "@parley/common/access";
import { chatKey } from "@parley/common/ledger";
import type { Sender } from "@parley/common/records";
import { LRUCache } from "lru-cache";

const againMs = 3000;
const remembered = 50_000;

export function createTyping(tell: Access["tell"]) {
  const told = new LRUCache<string, true>({ max: remembered, ttl: againMs });
  return async ({ token, chat }: { token: string; chat: number }, user: Sender): Promise<void> => {
    const key = `${chatKey(token, chat)}:${user.number}`;
    if (told.has(key)) return;
    told.set(key, true);
    await tell(token, { type: "typing", chat, user });
  };
}
