/**
 * W8: one chat that a thousand sockets have connected. Messages are posted as fast as all of the sockets get them, a few
 * being under way at a time; what is counted is deliveries, until the last socket has the last message.
 */
import { performance } from "node:perf_hooks";
import { setTimeout as pause } from "node:timers/promises";
import { startBaseline } from "../baselines/start.ts";
import { createPlaces, messagePath } from "../places.ts";
import type { Run, Sides, Workload } from "../workload.ts";
import { openClients, type Clients, type Seen } from "./client-process.ts";

const SOCKETS = 1000;
/** Messages that not all sockets have yet. */
const WINDOW = 64;
const PATIENCE_MS = 20_000;
const TEXT = "Who brings the map, the coffee and the good humour to the meeting tomorrow morning?";
const now = (): number => performance.timeOrigin + performance.now();

interface Side {
  clients: Clients;
  /** Where messages are posted. */
  address: string;
}

async function post(address: string): Promise<boolean> {
  const response = await fetch(address, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ message_content: `${now()} ${TEXT}` }),
  });
  await response.arrayBuffer();
  return response.status === 201;
}

function percentile(values: readonly number[], part: number): number {
  return values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) * part)] ?? NaN;
}

/** Each of the sockets that are looked at has got every message once, in order. */
function findFaults(seen: readonly Seen[][], posted: number): string[] {
  return seen.flatMap((all) => {
    const first = all[0]?.[1] ?? 0;
    const isInOrder = all.every(([, number], i) => number === first + i);
    return isInOrder && all.length === posted
      ? []
      : [`a socket got ${all.length} of ${posted}, or not in order`];
  });
}

async function run({ clients, address }: Side, seconds: number): Promise<Run> {
  const before = clients.counted();
  await clients.seen();
  const began = performance.now();
  const end = began + seconds * 1000;
  let posted = 0;
  let refused = 0;
  const reach = (): number => clients.counted().fewest - before.fewest;
  const writers = Array.from({ length: 8 }, async () => {
    while (performance.now() < end) {
      if (posted - reach() >= WINDOW) {
        await pause(1);
        continue;
      }
      posted += 1;
      if (!(await post(address))) refused += 1;
    }
  });
  await Promise.all(writers);
  const until = performance.now() + PATIENCE_MS;
  while (reach() < posted - refused && performance.now() < until) await pause(5);
  const elapsed = (performance.now() - began) / 1000;
  const { all, most } = clients.counted();
  const deliveries = all - before.all;
  const seen = await clients.seen();
  const delays = seen.map((ofOne) => ofOne.map(([, , at, content]) => at - Number(content.split(" ", 1)[0])));
  const expected = (posted - refused) * SOCKETS;
  return {
    replies: deliveries,
    perSecond: deliveries / elapsed,
    p50: percentile(delays.flat(), 0.5),
    p99: Math.max(...delays.map((ofOne) => percentile(ofOne, 0.99))),
    facts: {
      messages: posted,
      "deliveries lost": expected - deliveries,
      "doubled at most": most - before.most - (posted - refused),
    },
    faults: [
      ...findFaults(seen, posted - refused),
      ...(deliveries === expected ? [] : [`${deliveries} deliveries of ${expected}`]),
      ...(refused > 0 ? [`${refused} messages refused`] : []),
    ],
  };
}

async function prepare({ world, onSpawn }: Parameters<Workload["prepare"]>[0]): Promise<Sides> {
  const [place] = await createPlaces(world.nginx.url, { applications: 1, chats: 1 });
  if (!place) throw new Error("There is no place to write to.");
  const hello = {
    type: "connect-chat",
    content: { application_token: place.token, chat_number: place.chat },
  };
  const product = {
    clients: await openClients({
      url: world.realtimeService.url,
      count: SOCKETS,
      hellos: [JSON.stringify(hello)],
    }),
    address: new URL(messagePath(place), world.nginx.url).href,
  };
  const server = await startBaseline("sockets", world, { onSpawn });
  const baseline = {
    clients: await openClients({ url: server.url, count: SOCKETS, hellos: [] }),
    address: server.url,
  };
  return {
    product: (seconds) => run(product, seconds),
    baseline: (seconds) => run(baseline, seconds),
    async stop(): Promise<void> {
      await Promise.all([product.clients.stop(), baseline.clients.stop()]);
      await server.stop();
    },
  };
}

export const socketWorkloads: readonly Workload[] = [
  { id: "W8", title: "deliver to 1,000 sockets of one chat", aim: 0.7, withSearch: false, prepare },
];
