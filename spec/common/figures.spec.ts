/** What several processes count is told as one, and is in nobody's way. */
import { afterEach, beforeAll, expect, it } from "@jest/globals";
import { connectFigures, totalNames, type Figures } from "@parley/common/figures";
import { Redis } from "ioredis";
import { emptyRedis } from "../support/shared-stores.ts";
import { quiet } from "../support/stores.ts";
import { waitUntil } from "../support/wait-until.ts";

let url: string;
let connected: Figures[] = [];
beforeAll(async () => {
  url = await emptyRedis();
});
afterEach(async () => {
  await Promise.all(connected.map((figures) => figures.stop()));
  connected = [];
});

function aProcess(at = url): Figures {
  const figures = connectFigures({ url: at, log: quiet, refuseUnsafe: () => undefined });
  connected.push(figures);
  return figures;
}
const read = (figures: Figures) =>
  waitUntil(async () => (await figures.read().catch(() => undefined)) ?? false);

it("adds up what processes have counted, also one that has stopped", async () => {
  const [one, two] = [aProcess(), aProcess()];
  await read(one);
  one.count("accepted");
  two.count("accepted", 2);
  two.count("failed", 0);
  two.watchSockets(() => 4);
  await two.stop();
  const { totals } = await waitUntil(async () => {
    const figures = await read(one);
    return figures.totals.accepted === 3 && figures;
  });
  expect(totals).toMatchObject({ accepted: 3, failed: 0 });
  expect(Object.keys(totals)).toEqual(totalNames);
});

it("forgets the sockets of a process that says nothing any more", async () => {
  const redis = new Redis(url);
  const [here, there] = [aProcess(), aProcess()];
  there.watchSockets(() => 2);
  await waitUntil(async () => (await read(here)).sockets >= 2);
  await redis.hset("{figures}:sockets", "a dead process", `${Date.now() - 6000} 100`);
  here.watchSockets(() => 1);
  await waitUntil(async () => (await read(here)).sockets === 3);
  expect(await redis.hkeys("{figures}:sockets")).not.toContain("a dead process");
  there.watchSockets(() => 0);
  await waitUntil(async () => (await read(here)).sockets === 1);
  await redis.quit();
});

it("goes on counting while Redis is away, and stops all the same", async () => {
  const away = aProcess("redis://127.0.0.1:9");
  away.count("requests");
  await expect(away.read()).rejects.toThrow();
});
