/** W10: how long until a message is found, and until the index alone shows it, while others are sent. */
import { setTimeout as pause } from "node:timers/promises";
import { createClient } from "../../../spec/support/client.ts";
import { spreadOf } from "../compare.ts";
import { runLoad } from "../load.ts";
import { createPlaces, messagePath, postsTo } from "../places.ts";
import type { World } from "../world.ts";

const SAMPLE_EVERY_MS = 100;
const POLL_MS = 25;
const CHATS = 16;
const AIM_MS = 1500;

export interface FreshOptions {
  seconds: number;
  /** Connections that send without a pause: so many that it is about half of what the product takes. */
  connections: number;
}

/** @throws Error when a message is not found at once */
export async function measureFresh({ nginx }: World, { seconds, connections }: FreshOptions): Promise<void> {
  const { url } = nginx;
  const client = createClient(url);
  const places = await createPlaces(url, { applications: 4, chats: CHATS });
  const { token } = await client.anApplication("Sample");
  const chat = await client.aChat(token);
  const search = (query: string): Promise<Response> =>
    fetch(`${url}/api/applications/${token}/chats/${chat}/search?q=${query}&sort=newest&limit=1`);
  const found: number[] = [];
  const indexed: number[] = [];
  const missed: number[] = [];

  /** One poll tells of all that wait: the chat has creates only, whose changes are counted as its numbers are. */
  let through = 0;
  let isOver = false;
  const watching = (async () => {
    for (; !isOver; await pause(POLL_MS)) {
      through = Number((await search("sample")).headers.get("Search-Indexed-Through"));
    }
  })();

  async function sample(i: number): Promise<void> {
    const sentAt = performance.now();
    const { body } = await client.send(token, chat, `sample x${i}x`);
    const number = Number(body["message_number"]);
    const acceptedAt = performance.now();
    const hits = (await (await search(`x${i}x`)).json()) as { number: number }[];
    if (hits[0]?.number !== number) missed.push(number);
    found.push(performance.now() - sentAt);
    while (through < number) await pause(POLL_MS);
    indexed.push(performance.now() - acceptedAt);
  }

  const load = runLoad({ url, connections, requests: postsTo(places.map(messagePath)), seconds });
  const samples: Promise<void>[] = [];
  for (const end = performance.now() + seconds * 1000; performance.now() < end;) {
    samples.push(sample(samples.length));
    await pause(SAMPLE_EVERY_MS);
  }
  const { statuses } = await load;
  await Promise.all(samples);
  isOver = true;
  await watching;
  const show = (values: number[]) => {
    const sorted = values.toSorted((a, b) => a - b);
    const p99 = sorted[Math.ceil(sorted.length * 0.99) - 1] ?? NaN;
    return { "p50 ms": Math.round(spreadOf(sorted).median), "p99 ms": Math.round(p99) };
  };
  console.log(
    `  W10, ${Math.round((statuses[201] ?? 0) / seconds)} messages/s beside ${samples.length} samples`,
  );
  console.table({
    "sent and found": { ...show(found), "not found": missed.length },
    "accepted and in the index": { ...show(indexed), aim: `p99 < ${AIM_MS}` },
  });
  if (missed.length > 0) throw new Error(`Not found at once: ${missed.length} messages`);
}
