/** Who is in a chat, remembered for a while: whoever is connected to none of its sockets is told of new messages, too. */
import { kindOfChat } from "@parley/common/chat-number";
import { requireOk } from "@parley/common/internal";
import { chatKey } from "@parley/common/ledger";
import { LRUCache } from "lru-cache";
import { z } from "zod";

const remembered = 20_000;
const rememberedMs = 60_000;
const Members = z.object({ members: z.array(z.int()) });
export type Members = ReturnType<typeof createMembers>;

export function createMembers(post: (path: string, body: unknown) => Promise<Response>) {
  const known = new LRUCache<string, Promise<readonly number[]>>({ max: remembered, ttl: rememberedMs });

  async function load(token: string, chat: number): Promise<readonly number[]> {
    const response = await post("/internal/members", { token, chat });
    await requireOk(response, "The members cannot be read right now.");
    return Members.parse(await response.json()).members;
  }

  return {
    /**
     * Users' numbers; `chat` as chat-number.ts has it. The common chat has no members.
     * @throws Problem unavailable
     */
    of(token: string, chat: number): Promise<readonly number[]> {
      if (kindOfChat(chat) === "common") return Promise.resolve([]);
      const key = chatKey(token, chat);
      const before = known.get(key);
      if (before) return before;
      const loading = load(token, chat);
      known.set(key, loading);
      loading.catch(() => known.delete(key));
      return loading;
    },

    forget: (token: string, chat: number): void => void known.delete(chatKey(token, chat)),
  };
}
