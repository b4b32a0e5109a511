/** Sockets lose their processes, and these the others that they ask: every client ends with what GET gives, told of nothing twice. */
import { setTimeout as pause } from "node:timers/promises";
import { expect } from "@jest/globals";
import { findDifferences, startModelClient, type ModelClient } from "../support/model-client.ts";
import { waitUntil } from "../support/wait-until.ts";
import { isLong, timesOf } from "./durations.ts";
import { runRow, type Scene } from "./run-row.ts";

const size = isLong
  ? { clients: 200, reconnects: 100, messages: 20_000, killEveryMs: 5000 }
  : { clients: 30, reconnects: 5, messages: 1500, killEveryMs: 2000 };
const { fault, heal } = timesOf("F32");
/** For all of it to come to everybody once nothing is killed any more: longer than until the next heads. */
const settleMs = 90_000;

const clients: ModelClient[] = [];
let isHealed = false;

/** Each follows all chats of one application. */
function startClients({ world, load }: Scene): void {
  const tokens = [...new Set(load.parents.map(({ token }) => token))];
  for (let i = 0; i < size.clients; i += 1) {
    const token = tokens[i % tokens.length] ?? "";
    const chats = load.parents.flatMap((parent) => (parent.token === token ? [parent.chat] : []));
    clients.push(startModelClient({ url: world.url, token, chats }));
  }
}

/** At moments of its own. */
async function reconnect(client: ModelClient): Promise<void> {
  const everyMs = ((heal - fault) * 1000) / size.reconnects;
  // Some attempts fail, and some sockets are lost with their process.
  while (client.seen.connections <= size.reconnects) {
    await pause(everyMs * Math.random() * 1.8);
    client.cut();
  }
}

async function killAtRandom({ world }: Scene): Promise<void> {
  const targets = [...world.realtimes, ...world.reads];
  for (let turn = 0; !isHealed; turn += 1) {
    const target = targets[turn % targets.length];
    if (target && !target.isReviving) target.crash();
    await pause(size.killEveryMs * (0.5 + Math.random()));
  }
  await Promise.all(targets.map((target) => target.revived()));
}

runRow({
  id: "F32",
  title: "realtime-service and read-service are killed while clients come and go",
  world: { supervised: true, realtimeServices: 2, readServices: 2, withSearch: false },
  load: isLong
    ? { writers: 30, parents: 12, readers: 4, pauseMs: 120, readBackEvery: 50 }
    : { writers: 30, parents: 12, readers: 2, pauseMs: 60, readBackEvery: 50 },
  async fault(scene) {
    startClients(scene);
    const killing = killAtRandom(scene);
    const reconnecting = Promise.all(clients.map(reconnect));
    await pause((heal - fault) * 1000);
    isHealed = true;
    await Promise.all([killing, reconnecting]);
  },
  async expectations({ world, load }) {
    try {
      const deaths = [...world.realtimes, ...world.reads].reduce((sum, one) => sum + one.deaths, 0);
      await waitUntil(async () => {
        const isIdle = clients.every((client) => client.isIdle());
        return isIdle && (await findDifferences(world.url, clients)).length === 0;
      }, settleMs).catch(() => undefined);
      const sum = (of: (client: ModelClient) => number) => clients.reduce((all, one) => all + of(one), 0);
      process.stderr.write(
        `  ${clients.length} clients, ${sum(({ seen }) => seen.connections)} connections, ${deaths} deaths, ` +
          `${load.messagesAcknowledged()} messages; ${sum(({ seen }) => seen.gaps)} gaps, ` +
          `${sum(({ seen }) => seen.resyncs)} resyncs, ${sum(({ seen }) => seen.behind)} heads ahead\n`,
      );
      expect(await findDifferences(world.url, clients)).toEqual([]);
      for (const client of clients) {
        for (const chat of client.cursors().keys()) expect(client.messages(chat).size).toBeGreaterThan(0);
      }
      expect(clients.flatMap(({ repeated }) => repeated)).toEqual([]);
      expect(Math.min(...clients.map(({ seen }) => seen.connections))).toBeGreaterThan(size.reconnects);
      expect(load.messagesAcknowledged()).toBeGreaterThan(size.messages);
    } finally {
      for (const client of clients) client.stop();
    }
  },
});
