/** What several services ask of read-service's internal addresses: facts, conversations, and the shards. */
import { z } from "zod";
import { createInternalCalls, requireOk } from "./internal.ts";
import { problem } from "./problem.ts";
import type { LoadFact } from "./read-fact.ts";
import { ShardEpochs, type ShardEpoch } from "./records.ts";

const timeoutMs = 2000;
const OpenedConversation = z.object({ chat: z.int().negative() });
const LoadedFact = z.object({ value: z.string() });

export function createReadServiceCalls(url: string) {
  const { get, post } = createInternalCalls(url, timeoutMs);

  const loadFact: LoadFact = async (token, fact) => {
    const response = await post("/internal/facts", { token, fact });
    await requireOk(response, "Whether this is allowed cannot be read right now.");
    return LoadedFact.parse(await response.json()).value;
  };

  return {
    post,
    loadFact,

    /**
     * The chat of two users' conversation, which begins if there was none.
     * @throws Problem user-not-found, user-deleted, application-…, unavailable
     */
    async openConversation(token: string, pair: { from: number; to: number }): Promise<number> {
      const response = await post("/internal/conversations", { token, ...pair });
      await requireOk(response, "This conversation cannot be opened right now.");
      return OpenedConversation.parse(await response.json()).chat;
    },

    /** @throws Problem unavailable */
    async fetchEpochs(): Promise<ShardEpoch[]> {
      const response = await get("/internal/epochs");
      if (!response.ok) throw problem("unavailable", "The epochs cannot be read right now.");
      return ShardEpochs.parse(await response.json());
    },
  };
}
