/** What account-service asks of read-service's internal addresses. */
import { problem, Problem, type ProblemSlug } from "@parley/common/problem";

const timeoutMs = 4000;
const refusals: readonly ProblemSlug[] = [
  "application-not-found",
  "application-deleted",
  "chat-not-found",
  "chat-deleted",
  "number-void",
];
export type ReadService = ReturnType<typeof connectReadService>;

export function connectReadService(url: string) {
  return {
    /**
     * Waits until an application, or a chat, that was accepted is in MySQL.
     * @throws Problem application-…, chat-…, unavailable
     */
    async requireStored(token: string, chat?: number): Promise<void> {
      let reply: { type?: string; detail?: string };
      try {
        const response = await fetch(new URL("/internal/stored", url), {
          method: "POST",
          headers: { "Content-Type": "application/json" },
          body: JSON.stringify({ token, chat }),
          signal: AbortSignal.timeout(timeoutMs),
        });
        if (response.ok) return;
        reply = (await response.json()) as typeof reply;
      } catch (cause) {
        throw problem("unavailable", "Whether this is stored cannot be read right now.", {
          cause,
        });
      }
      const refusal = refusals.find((slug) => reply.type === `/problems/${slug}`);
      throw new Problem(refusal ?? "unavailable", reply.detail ?? "This cannot be read right now.", {});
    },
  };
}
