/** Requests as a client makes them that does what `503` says: what is read is asked for again. */
import { waitUntil } from "./wait-until.ts";

const patienceMs = 40_000;

export async function patientFetch(
  url: string | URL,
  init: RequestInit & { method: string },
): Promise<Response> {
  if (init.method !== "GET") return fetch(url, init);
  return waitUntil(async () => {
    const response = await fetch(url, init);
    return response.status !== 503 && response;
  }, patienceMs);
}
