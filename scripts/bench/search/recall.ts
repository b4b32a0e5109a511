/** Recall and precision of `contains`: every hit of the product against a look at every message. */
import { fold } from "@parley/common/fold";
import { createBar } from "../../progress.ts";
import type { History, Message } from "./history.ts";

const AT_ONCE = 8;
/** With more hits in the application only one chat is asked: all pages are followed to the end. */
const MOST_HITS = 2000;

interface Place {
  path: string;
  matching: Message[];
}

const keyOf = (chat: number, number: number): string => `${chat}:${number}`;

function placeOf({ token, chats, messages }: History, query: string, i: number): Place {
  const folded = fold(query);
  const matching = messages.filter((message) => message.folded.includes(folded));
  const path = `/api/applications/${token}`;
  if (matching.length <= MOST_HITS) return { path, matching };
  const chat = chats[i % chats.length] ?? 1;
  return { path: `${path}/chats/${chat}`, matching: matching.filter((message) => message.chat === chat) };
}

/** All pages, as their links lead on. */
async function findAll(url: string, path: string, query: string): Promise<string[]> {
  const chat = /chats\/(\d+)/.exec(path)?.[1];
  const found: string[] = [];
  let next: string | undefined = `${path}/search?q=${encodeURIComponent(query)}&limit=200`;
  while (next !== undefined) {
    const reply: Response = await fetch(url + next);
    if (reply.status !== 200 || reply.headers.has("Search-Partial")) {
      throw new Error(`${next} is answered by ${reply.status}: ${await reply.text()}`);
    }
    const hits = (await reply.json()) as { number: number; chat_number?: number }[];
    found.push(...hits.map(({ number, chat_number }) => keyOf(chat_number ?? Number(chat), number)));
    next = /<([^>]+)>; rel="next"/.exec(reply.headers.get("Link") ?? "")?.[1];
  }
  return found;
}

/** @throws Error when anything is missed, wrong or shown twice */
export async function measureRecall(url: string, history: History, queries: readonly string[]) {
  const bar = createBar("recall");
  const wrongs: string[] = [];
  let [expected, found, right, done] = [0, 0, 0, 0];
  async function judge(query: string, i: number): Promise<void> {
    const { path, matching } = placeOf(history, query, i);
    const keys = new Set(matching.map(({ chat, number }) => keyOf(chat, number)));
    const hits = await findAll(url, path, query);
    const good = new Set(hits.filter((key) => keys.has(key))).size;
    if (good !== keys.size || hits.length !== keys.size) wrongs.push(JSON.stringify(query));
    expected += keys.size;
    found += hits.length;
    right += good;
    bar.show((done += 1), queries.length);
  }
  const waiting = [...queries.entries()];
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (let next = waiting.pop(); next; next = waiting.pop()) await judge(next[1], next[0]);
    }),
  );
  bar.clear();
  console.table({
    contains: {
      queries: queries.length,
      "hits compared": expected,
      recall: (right / expected).toFixed(3),
      precision: (right / found).toFixed(3),
      wrong: wrongs.length,
    },
  });
  if (wrongs.length > 0) throw new Error(`Not as they should be: ${wrongs.slice(0, 5).join(", ")}`);
}
