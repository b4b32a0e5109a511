/** What sockets cost that do nothing: each has connected one chat. */
import { setTimeout as pause } from "node:timers/promises";
import { groupMemoryKb } from "../../servers/process-info.ts";
import { createPlaces } from "../places.ts";
import type { World } from "../world.ts";
import { openClients } from "./client-process.ts";

const SOCKETS = 10_000;
const CHATS = 100;
const WATCHED_SECONDS = 65;

export async function measureIdle(
  { nginx, realtimeService }: World,
  cpuSeconds: () => Record<string, number>,
): Promise<void> {
  const memory = (): string => `${Math.round(groupMemoryKb(realtimeService.pid) / 1024)} MB`;
  console.log(`  without sockets: ${memory()}`);
  const places = await createPlaces(nginx.url, { applications: 10, chats: CHATS });
  const hellos = places.map(({ token, chat }) =>
    JSON.stringify({ type: "connect-chat", content: { application_token: token, chat_number: chat } }),
  );
  const began = performance.now();
  const clients = await openClients({ url: realtimeService.url, count: SOCKETS, hellos });
  const seconds = (performance.now() - began) / 1000;
  console.log(`  ${SOCKETS} connected in ${seconds.toFixed(1)} s: ${memory()}`);
  const before = cpuSeconds()["realtime-service"] ?? 0;
  await pause(WATCHED_SECONDS * 1000);
  const used = ((cpuSeconds()["realtime-service"] ?? 0) - before) / WATCHED_SECONDS;
  console.log(`  after ${WATCHED_SECONDS} s: ${memory()}, ${(used * 100).toFixed(1)} % of a core`);
  await clients.stop();
}
