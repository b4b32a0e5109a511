/** Chats for the bench to write into, and the requests that do. */
import { createAsk } from "../../spec/support/ask.ts";
import { createClient } from "../../spec/support/client.ts";
import { as, createPeople } from "../../spec/support/people.ts";
import type { Request } from "./load.ts";
import { createRandom, sentence } from "./text.ts";

export interface Place {
  token: string;
  secret: string;
  chat: number;
}

const TEXTS_PER_PLACE = 20;

/** New chats, dealt out over new applications. */
export async function createPlaces(
  url: string,
  { applications, chats }: { applications: number; chats: number },
): Promise<Place[]> {
  const client = createClient(url);
  const owners = await Promise.all(Array.from({ length: applications }, () => client.anApplication("Bench")));
  return Promise.all(
    Array.from({ length: chats }, async (_, i) => {
      const { token, secret } = owners[i % applications] ?? { token: "", secret: "" };
      return { token, secret, chat: await client.aChat(token) };
    }),
  );
}

export function messagePath({ token, chat }: Pick<Place, "token" | "chat">): string {
  return `/api/applications/${token}/chats/${chat}/messages`;
}

export function post(path: string, content: string): Request {
  return {
    method: "POST",
    path,
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ message_content: content }),
  };
}

/** So many users' requests, dealt out over the places, with their access tokens. */
export async function postsOfUsers(
  url: string,
  places: readonly Place[],
  users: number,
): Promise<Request[][]> {
  const people = createPeople(createAsk(url));
  const lists = postsTo(places.map(messagePath));
  return Promise.all(
    Array.from({ length: users }, async (_, i) => {
      const [place, list] = [places[i % places.length], lists[i % places.length]];
      if (!place || !list) throw new Error("There is no place to write to.");
      const headers = as(await people.mint(place.token, place.secret));
      return list.map((request) => ({ ...request, headers: { ...request.headers, ...headers } }));
    }),
  );
}

/** One list of requests for each path. */
export function postsTo(paths: readonly string[]): Request[][] {
  const random = createRandom(3);
  return paths.map((path) => Array.from({ length: TEXTS_PER_PLACE }, () => post(path, sentence(random))));
}
