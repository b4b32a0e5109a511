/** What account-service asks of read-service's internal addresses. */
import { createInternalCalls, requireOk } from "@parley/common/internal";

/** Longer than read-service waits for a row. */
const timeoutMs = 4000;
export type ReadService = ReturnType<typeof connectReadService>;

export function connectReadService(url: string) {
  const { post } = createInternalCalls(url, timeoutMs);
  return {
    /** Has the changes told of that were committed in an application. What is not told of now is by the sweep. */
    announce(token: string): void {
      post("/internal/announce", { token }).catch(() => undefined);
    },

    /**
     * Waits until an application, or a chat, that was accepted is in MySQL.
     * @throws Problem application-…, chat-…, number-void, unavailable
     */
    async requireStored(token: string, chat?: number): Promise<void> {
      await requireOk(await post("/internal/stored", { token, chat }), "This cannot be read right now.");
    },
  };
}
