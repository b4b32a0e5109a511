/** Every realtime-service is restarted gently, one after the other, under load: clients are told when to come again, and miss nothing. */
import { expect, it } from "@jest/globals";
import { startHouse } from "../support/house.ts";
import { findDifferences, startModelClient } from "../support/model-client.ts";
import { waitUntil } from "../support/wait-until.ts";
import { upTo } from "../support/writers.ts";
import { isLong } from "./durations.ts";

const house = startHouse({ withSearch: false, accountServices: 0, realtimeServices: 2 });
const { client } = house;
const size = isLong ? { clients: 300, rounds: 5 } : { clients: 30, rounds: 1 };

it("F31: sockets outlive a rolling restart", async () => {
  const { token } = await client.anApplication();
  const chats = [await client.aChat(token), await client.aChat(token)];
  const clients = upTo(size.clients).map(() => startModelClient({ url: house.world.url, token, chats }));
  let isOver = false;
  const sending = Promise.all(
    chats.map(async (chat) => {
      for (let i = 1; !isOver; i += 1) await client.send(token, chat, `message ${i}`);
    }),
  );
  try {
    await waitUntil(() => clients.every(({ seen }) => seen.connections === 1));
    for (const _ of upTo(size.rounds)) {
      for (const server of house.world.realtimes) {
        await server.stopGently();
        await server.start();
        await house.world.ready();
      }
    }
    await waitUntil(() => clients.every(({ socket }) => socket?.readyState === 1));
    isOver = true;
    await sending;
    await house.world.drained();
    await waitUntil(async () => (await findDifferences(house.world.url, clients)).length === 0).catch(
      async () => expect(await findDifferences(house.world.url, clients)).toEqual([]),
    );
    for (const { closes, repeated, seen } of clients) {
      expect({ repeated, gaps: seen.gaps }).toEqual({ repeated: [], gaps: 0 });
      // Never refused, or cut off.
      expect(closes.map(({ code }) => code)).toEqual(closes.map(() => 1012));
      for (const { reason } of closes) {
        const { reconnect_after_ms: ms } = JSON.parse(reason) as { reconnect_after_ms: number };
        expect(ms).toBeGreaterThanOrEqual(0);
        expect(ms).toBeLessThan(5000);
      }
    }
    expect(clients.flatMap(({ closes }) => closes).length).toBeGreaterThanOrEqual(size.clients);
  } finally {
    isOver = true;
    for (const one of clients) one.stop();
  }
}, 200_000);
