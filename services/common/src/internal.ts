/** Asking another service's internal addresses: what it refuses is refused here in the same words. */
import { problem, type ProblemSlug } from "./problem.ts";

type Refusal = { type?: string; detail?: string };

/** What read-service finds of a path; anything else that goes wrong there is 503 here. */
const refusals: readonly ProblemSlug[] = [
  "application-not-found",
  "application-deleted",
  "chat-not-found",
  "chat-deleted",
  "number-void",
  "user-not-found",
  "user-deleted",
];

/** @throws Problem as the other service, or unavailable with `otherwise` */
export async function requireOk(response: Response, otherwise: string): Promise<void> {
  if (response.ok) return;
  const { type, detail } = (await response.json().catch(() => ({}))) as Refusal;
  const refusal = refusals.find((slug) => type === `/problems/${slug}`);
  throw problem(refusal ?? "unavailable", (refusal && detail) ?? otherwise);
}

export function createInternalCalls(url: string, timeoutMs: number) {
  /** @throws Problem unavailable when there is no answer */
  async function call(path: string, init: RequestInit): Promise<Response> {
    try {
      return await fetch(new URL(path, url), { ...init, signal: AbortSignal.timeout(timeoutMs) });
    } catch (cause) {
      throw problem("unavailable", "What is stored cannot be read right now.", { cause });
    }
  }

  return {
    get: (path: string): Promise<Response> => call(path, {}),
    post: (path: string, body: unknown): Promise<Response> =>
      call(path, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify(body),
      }),
  };
}
