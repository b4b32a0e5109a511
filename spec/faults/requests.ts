/** Requests that cost the load as little as can be: Node's own client on connections that stay open. */
import { Agent, request } from "node:http";

const timeoutMs = 5000;

/** `status` is 0 when there was no reply. */
export type Answer = { status: number; text: string; headers: NodeJS.Dict<string | string[]> };
/** An answer that was not 2xx, and when it came. */
export type Failure = { method: string; path: string; status: number; at: number; text: string };
/** A change of what is not stored after 2 s is to come again: a machine that is busy with the load is often as late. */
export const isLate = ({ status, text }: Failure): boolean =>
  status === 503 && text.includes("accepted and not stored yet");

/** How many of each kind. */
export function describeFailures(failures: readonly Failure[]): string[] {
  const counts = new Map<string, number>();
  for (const { method, status, text } of failures) {
    const kind = `${method} ${status} ${/"detail":"([^"]*)"/.exec(text)?.[1] ?? text}`;
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  return [...counts].map(([kind, n]) => `${n} x ${kind}`);
}

export type Ask = ReturnType<typeof openRequests>["ask"];

export function openRequests(url: string, connections: number) {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const { hostname, port } = new URL(url);
  const failures: Failure[] = [];

  async function ask(...asked: Parameters<typeof send>): Promise<Answer> {
    const answer = await send(...asked);
    const { status, text } = answer;
    const [method, path] = asked;
    if (status < 200 || status > 299) failures.push({ method, path, status, at: performance.now(), text });
    return answer;
  }

  function send(
    method: "GET" | "POST" | "PATCH" | "DELETE",
    path: string,
    { body, key }: { body?: object; key?: string } = {},
  ): Promise<Answer> {
    return new Promise((resolve) => {
      const bytes = body === undefined ? undefined : Buffer.from(JSON.stringify(body));
      const asked = request({
        agent,
        hostname,
        port,
        method,
        path: `/api/applications${path}`,
        headers: {
          ...(bytes && { "Content-Type": "application/json", "Content-Length": bytes.length }),
          ...(key && { "Idempotency-Key": key }),
        },
      });
      const fail = (): void => {
        clearTimeout(timer);
        resolve({ status: 0, text: "", headers: {} });
      };
      const timer = setTimeout(() => asked.destroy(new Error("no reply in time")), timeoutMs);
      asked.on("error", fail);
      asked.on("response", (reply) => {
        const parts: Buffer[] = [];
        reply.on("data", (part: Buffer) => parts.push(part));
        // Half a reply is none.
        reply.on("error", fail);
        reply.on("end", () => {
          clearTimeout(timer);
          const text = Buffer.concat(parts).toString();
          resolve({ status: reply.statusCode ?? 0, text, headers: reply.headers });
        });
      });
      asked.end(bytes);
    });
  }
  return { ask, failures: failures as readonly Failure[], close: (): void => agent.destroy() };
}
