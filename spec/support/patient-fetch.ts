/** Requests as a client makes them that does what `503` says: what may be repeated, as all that is read, is asked for again. */
import { waitUntil } from "./wait-until.ts";

const patienceMs = 40_000;

export async function patientFetch(
  url: string | URL,
  init: RequestInit & { method: string },
  mayRepeat = init.method === "GET",
): Promise<Response> {
  if (!mayRepeat) return fetch(url, init);
  return waitUntil(async () => {
    const response = await fetch(url, init);
    return response.status !== 503 && response;
  }, patienceMs);
}
