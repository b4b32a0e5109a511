/** What account-service asks of read-service's internal addresses. */
import { problem, Problem, type ProblemSlug } from "@parley/common/problem";

const timeoutMs = 4000;
const refusals: readonly ProblemSlug[] = ["application-not-found", "application-deleted"];
export type ReadService = ReturnType<typeof connectReadService>;

export function connectReadService(url: string) {
  return {
    /**
     * Waits until an application that was accepted is in MySQL.
     * @throws Problem application-not-found, application-deleted, unavailable
     */
    async requireStored(token: string): Promise<void> {
      let reply: { type?: string; detail?: string };
      try {
        const response = await fetch(new URL("/internal/stored", url), {
          method: "POST",
          headers: { "Content-Type": "application/json" },
          body: JSON.stringify({ token }),
          signal: AbortSignal.timeout(timeoutMs),
        });
        if (response.ok) return;
        reply = (await response.json()) as typeof reply;
      } catch (cause) {
        throw problem("unavailable", "Whether there is such an application cannot be read right now.", {
          cause,
        });
      }
      const refusal = refusals.find((slug) => reply.type === `/problems/${slug}`);
      throw new Problem(
        refusal ?? "unavailable",
        reply.detail ?? "This application cannot be read right now.",
        {},
      );
    },
  };
}
