/** Clients that do not read what they asked for: they cost little, are cut off, and have all of it when they come again. */
import { readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { afterEach, describe, expect, it } from "@jest/globals";
import { startHouse } from "../support/house.ts";
import { findDifferences, startModelClient, type ModelClient } from "../support/model-client.ts";
import { createSockets, type Socket } from "../support/sockets.ts";
import { waitUntil } from "../support/wait-until.ts";
import { upTo } from "../support/writers.ts";
import { isLong } from "./durations.ts";

const house = startHouse({ withSearch: false, realtimeServices: 1 });
const { client } = house;
const sockets = createSockets(() => house.world.url);
const clients: ModelClient[] = [];
afterEach(() => {
  for (const one of clients.splice(0)) one.stop();
});

const times = isLong ? 4 : 1;
const messageBytes = 60_000;
const writers = 6;
const spareBytes = 120 * 1024 * 1024;
/** After which somebody who takes nothing of what was missed is cut off. */
const slowestMs = 35_000;
const patienceMs = 60_000 * times;

async function fill(token: string, chats: readonly number[], each: number): Promise<void> {
  const waiting = chats.flatMap((chat) => upTo(each).map((n) => [chat, n] as const));
  const write = async () => {
    for (let next = waiting.pop(); next; next = waiting.pop()) {
      const [chat, n] = next;
      const { status } = await client.send(token, chat, `${n}`.padEnd(messageBytes, "x"));
      if (status !== 201) waiting.push(next);
    }
  };
  await Promise.all(upTo(writers).map(write));
  await house.world.drained();
}

function residentBytes(): number {
  const status = readFileSync(`/proc/${house.world.realtimes[0]?.pid}/status`, "utf8");
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) * 1024;
}

/** By how many bytes realtime-service was larger meanwhile than before, at most. */
async function growthWhile(act: () => Promise<unknown>): Promise<number> {
  const before = residentBytes();
  let most = before;
  const watching = setInterval(() => (most = Math.max(most, residentBytes())), 50);
  await act().finally(() => clearInterval(watching));
  return most - before;
}

const follow = (token: string, chats: readonly number[]): ModelClient => {
  const one = startModelClient({ url: house.world.url, token, chats });
  clients.push(one);
  return one;
};

const expectAlike = (some: readonly ModelClient[]) =>
  waitUntil(async () => (await findDifferences(house.world.url, some)).length === 0, patienceMs).catch(
    async () => expect(await findDifferences(house.world.url, some)).toEqual([]),
  );

/** Reads again, to be told that it did so too late. */
async function expectCutOff({ socket, closed }: Socket): Promise<void> {
  socket.resume();
  expect([4008, 1006]).toContain((await closed(patienceMs)).code);
}

describe("clients that stop reading", () => {
  it("are cut off, while others are told of everything", async () => {
    const { token } = await client.anApplication();
    const chat = await client.aChat(token);
    const [slow, ...others] = upTo(4).map(() => follow(token, [chat]));
    const stuck: Socket[] = [];
    for (const _ of upTo(20)) stuck.push(await sockets.authenticated(token));
    for (const socket of stuck) await socket.ask("connect-chat", { chat_number: chat });
    await client.send(token, chat, "hello");
    await waitUntil(() => clients.every((one) => one.messages(chat).size === 1));
    slow?.socket?.pause();
    for (const { socket } of stuck) socket.pause();
    const growth = await growthWhile(async () => {
      await fill(token, [chat], 400 * times);
      await expectAlike(others);
    });
    expect(growth).toBeLessThan(spareBytes);
    expect(others.map(({ closes }) => closes)).toEqual([[], [], []]);
    slow?.socket?.resume();
    for (const socket of stuck) await expectCutOff(socket);
    await expectAlike(clients);
    expect(slow?.closes).toHaveLength(1);
    for (const { repeated } of clients) expect(repeated).toEqual([]);
  });

  it("do not fill the memory with what they have missed, however many chats they ask for", async () => {
    const { token } = await client.anApplication();
    const chats: number[] = [];
    for (const _ of upTo(12 * times)) chats.push(await client.aChat(token));
    await fill(token, chats, 40);
    const cursors = Object.fromEntries(chats.map((chat) => [chat, 0]));
    const stuck: Socket[] = [];
    for (const _ of upTo(10)) stuck.push(await sockets.authenticated(token));
    const growth = await growthWhile(async () => {
      for (const socket of stuck) {
        socket.send("resume", { chats: cursors });
        socket.socket.pause();
      }
      await pause(5000);
      const healthy = follow(token, chats);
      await expectAlike([healthy]);
      expect(healthy).toMatchObject({ closes: [], repeated: [], seen: { gaps: 0, resyncs: 0 } });
    });
    expect(growth).toBeLessThan(spareBytes);
    if (!isLong) return;
    await pause(slowestMs);
    for (const socket of stuck) await expectCutOff(socket);
  });
});
