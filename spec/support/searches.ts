/** Searches as a client asks them, and the moment when the index shows all there is. */
import type { Ask, HttpReply } from "./ask.ts";
import type { Client } from "./client.ts";
import { waitUntil } from "./wait-until.ts";
import type { World } from "./world.ts";

export type Hit = {
  number: number;
  content: string;
  chat_number?: number;
  created_at: string;
  highlights: { start: number; length: number }[];
};
export type Found = { hits: Hit[]; numbers: number[]; headers: HttpReply["headers"] };
export type Searches = ReturnType<typeof createSearches>;
type Parameters = Record<string, string | number>;

/** What the highlights of a hit cover. */
export function highlighted({ content, highlights }: Hit): string[] {
  const characters = Array.from(content);
  return highlights.map(({ start, length }) => characters.slice(start, start + length).join(""));
}

/** @param world whose index is waited for; one without an index has nothing to wait for */
export function createSearches({ world, ask, client }: { world: World; ask: Ask; client: Client }) {
  /** `place`: a chat's or an application's path. */
  const request = (place: string, parameters: Parameters): Promise<HttpReply> => {
    const query = new URLSearchParams(parameters as Record<string, string>);
    return ask("GET", `${place}/search?${query.toString()}`);
  };

  async function find(place: string, q: string, more: Parameters = {}): Promise<Found> {
    const { status, body, headers, text } = await request(place, { q, ...more });
    if (status !== 200) throw new Error(`search for ${q}: ${status} ${text}`);
    const hits = body as Hit[];
    return { hits, numbers: hits.map(({ number }) => number), headers };
  }

  return {
    request,
    find,

    /** All pages, as their links lead on. */
    async findAll(
      place: string,
      q: string,
      more: Parameters = {},
      onPage = async () => undefined as unknown,
    ) {
      const hits: Hit[] = [];
      let query = new URLSearchParams({ q, ...more } as Record<string, string>).toString();
      for (;;) {
        const { status, body, headers } = await ask("GET", `${place}/search?${query}`);
        if (status !== 200) throw new Error(`search for ${q}: ${status}`);
        hits.push(...(body as Hit[]));
        const next = /search\?(.*)>; rel="next"/.exec(headers["link"] ?? "")?.[1];
        if (next === undefined) return hits;
        query = next;
        await onPage();
      }
    },

    /** A new chat's path, with these messages, 1 and up. */
    async chatWith(token: string, contents: readonly string[]): Promise<string> {
      const chat = await client.aChat(token);
      for (const content of contents) {
        const { status } = await client.send(token, chat, content);
        if (status !== 201) throw new Error(`not sent: ${status}`);
      }
      return `/${token}/chats/${chat}`;
    },

    /** There is an index, whatever it shows. */
    async indexMade(): Promise<void> {
      const { elasticsearch } = world.stores.urls;
      if (elasticsearch === undefined) return;
      await waitUntil(async () => (await fetch(`${elasticsearch}/_alias/${world.searchIndex}`)).ok, 90_000);
    },

    /** Everything is stored, and every copy of the index shows it. */
    async indexed(): Promise<void> {
      await world.drained();
      if (world.stores.urls.elasticsearch === undefined) return;
      await waitUntil(async () => (await world.db("unindexed_chats").first()) === undefined, 90_000);
    },
  };
}
