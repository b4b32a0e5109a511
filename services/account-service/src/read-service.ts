/** What account-service asks of read-service's internal addresses. */
import { createInternalCalls, requireOk } from "@parley/common/internal";

/** Longer than read-service waits for a row. */
const timeoutMs = 4000;
export type ReadService = ReturnType<typeof connectReadService>;

export function connectReadService(url: string) {
  const { post } = createInternalCalls(url, timeoutMs);
  return {
    /**
     * Waits until an application, or a chat, that was accepted is in MySQL.
     * @throws Problem application-…, chat-…, number-void, unavailable
     */
    async requireStored(token: string, chat?: number): Promise<void> {
      await requireOk(await post("/internal/stored", { token, chat }), "This cannot be read right now.");
    },
  };
}
