/** From the 201 of a message to its frame, at half of what the product takes. */
import { setTimeout as pause } from "node:timers/promises";
import { CONNECTIONS, repliesOf, runLoad } from "../load.ts";
import { createPlaces, messagePath, postsTo } from "../places.ts";
import type { World } from "../world.ts";
import { openClients } from "./client-process.ts";
import { postSteadily } from "./post-steadily.ts";

const CHATS = 16;
const SOCKETS = 200;
const SECONDS = 20;
const SETTLE_MS = 3000;

/** Messages accepted a second, at most. */
async function measureCapacity(url: string, paths: string[]): Promise<number> {
  const load = await runLoad({ url, connections: CONNECTIONS, requests: postsTo(paths), seconds: 8 });
  return repliesOf(load, 201) / load.seconds;
}

export async function measureDelays({ nginx, realtimeService }: World): Promise<void> {
  const places = await createPlaces(nginx.url, { applications: 1, chats: CHATS });
  const paths = places.map(messagePath);
  const capacity = await measureCapacity(nginx.url, paths);
  await pause(SETTLE_MS);
  const hellos = places.map(({ token, chat }) =>
    JSON.stringify({ type: "connect-chat", content: { application_token: token, chat_number: chat } }),
  );
  const clients = await openClients({ url: realtimeService.url, count: SOCKETS, hellos });
  const perSecond = Math.round(capacity / 2);
  const addresses = paths.map((path) => new URL(path, nginx.url).href);
  const accepted = await postSteadily({ addresses, perSecond, seconds: SECONDS, connections: CONNECTIONS });
  await pause(SETTLE_MS);
  const seen = (await clients.seen()).flat();
  await clients.stop();
  const acceptedAt = new Map(accepted.map(([chat, number, at]) => [`${chat}:${number}`, at]));
  const delays = seen
    .flatMap(([chat, number, at]) => {
      const since = acceptedAt.get(`${chat}:${number}`);
      return since === undefined ? [] : [at - since];
    })
    .toSorted((a, b) => a - b);
  const at = (part: number): string => (delays[Math.floor((delays.length - 1) * part)] ?? NaN).toFixed(1);
  console.log(`  ${perSecond} messages/s of ${Math.round(capacity)}, ${accepted.length} accepted`);
  console.log(`  accepted → delivered: p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, of ${delays.length}`);
}
