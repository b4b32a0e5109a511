/** Chats for the bench to write into, and the requests that do. */
import { createClient } from "../../spec/support/client.ts";
import type { Request } from "./load.ts";
import { createRandom, sentence } from "./text.ts";

export interface Place {
  token: string;
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
      const token = owners[i % applications]?.token ?? "";
      return { token, chat: await client.aChat(token) };
    }),
  );
}

export function messagePath({ token, chat }: Place): string {
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

/** One list of requests for each path. */
export function postsTo(paths: readonly string[]): Request[][] {
  const random = createRandom(3);
  return paths.map((path) => Array.from({ length: TEXTS_PER_PLACE }, () => post(path, sentence(random))));
}
