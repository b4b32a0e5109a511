/** Who is in a chat: known to all processes, forgotten with a process that dies. */
import { performance } from "node:perf_hooks";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "@jest/globals";
import type { Notice } from "@parley/common/live";
import { Redis } from "ioredis";
import { v4 as uuid } from "uuid";
import type { Connection } from "../../services/realtime-service/src/connection.ts";
import { createPresence, renewMs } from "../../services/realtime-service/src/presence.ts";
import { quiet } from "../support/stores.ts";
import { emptyRedis } from "../support/shared-stores.ts";
import { waitUntil } from "../support/wait-until.ts";

let redis: Redis;
beforeAll(async () => {
  redis = new Redis(await emptyRedis());
});
afterAll(() => redis.disconnect());
const notices: Notice[] = [];
afterEach(() => void notices.splice(0));

function aProcess({ isOn = true } = {}) {
  const tell = async (_token: string, notice: Notice): Promise<void> => void notices.push(notice);
  return createPresence({ redis, tell, isOn, log: quiet });
}

/** A socket, as far as presence looks at it. */
function aSocket(number: number, kind: "user" | "guest" = "user"): Connection {
  const caller =
    kind === "user" ? { kind, user: { number, session: uuid(), username: `u${number}` } } : { kind };
  return { identity: { caller } } as unknown as Connection;
}

const statuses = (): unknown[] =>
  notices.map((notice) => notice.type === "presence" && [notice.user.number, notice.status]);

describe("presence", () => {
  it("is told once for a user, however many sockets and processes it has", async () => {
    const place = { token: uuid(), chat: 1 };
    const [one, other] = [aProcess(), aProcess()];
    const [first, second, third] = [aSocket(1), aSocket(1), aSocket(1)];
    expect(await one.enter(first, place)).toEqual([1]);
    await one.enter(second, place);
    await other.enter(third, place);
    expect(await other.enter(aSocket(2), place)).toEqual([1, 2]);
    expect(await one.enter(aSocket(0, "guest"), place)).toEqual([1, 2]);
    expect(statuses()).toEqual([
      [1, "online"],
      [2, "online"],
    ]);
    one.leave(first, place);
    one.leave(second, place);
    await one.leaveAll();
    expect(statuses()).toHaveLength(2);
    await other.leaveAll();
    await waitUntil(() => notices.length === 4);
    expect(statuses().slice(2)).toEqual(
      expect.arrayContaining([
        [1, "offline"],
        [2, "offline"],
      ]),
    );
    expect(await one.enter(aSocket(0, "guest"), place)).toEqual([]);
  });

  it("is not told of who is back at once", async () => {
    const place = { token: uuid(), chat: 1 };
    const one = aProcess();
    const [before, after] = [aSocket(1), aSocket(1)];
    await one.enter(before, place);
    one.leave(before, place);
    await one.enter(after, place);
    one.leave(after, place);
    await waitUntil(() => notices.length === 2);
    expect(statuses()).toEqual([
      [1, "online"],
      [1, "offline"],
    ]);
  });

  it("does not end for who comes and goes and comes", async () => {
    const place = { token: uuid(), chat: 1 };
    const one = aProcess();
    const [first, second, third] = [aSocket(1), aSocket(1), aSocket(1)];
    await one.enter(first, place);
    one.leave(first, place);
    await pause(500);
    await one.enter(second, place);
    one.leave(second, place);
    await waitUntil(() => notices.length === 2);
    await one.enter(third, place);
    await pause(1000);
    expect(await one.enter(aSocket(0, "guest"), place)).toEqual([1]);
    expect(statuses()).toEqual([
      [1, "online"],
      [1, "offline"],
      [1, "online"],
    ]);
  });

  it("ends for the users of a process that has died, as soon as another one looks", async () => {
    const place = { token: uuid(), chat: -3 };
    const [dead, alive] = [aProcess(), aProcess()];
    await dead.enter(aSocket(1), place);
    await alive.enter(aSocket(2), place);
    await redis.zadd(`presence:{${place.token}}:-3`, 1, "1");
    expect(await alive.enter(aSocket(0, "guest"), place)).toEqual([2]);
    await alive.tick(performance.now() + renewMs + 1000);
    expect(statuses().at(-1)).toEqual([1, "offline"]);
  });

  it("is off where it is turned off", async () => {
    const place = { token: uuid(), chat: 1 };
    const one = aProcess({ isOn: false });
    expect(await one.enter(aSocket(1), place)).toEqual([]);
    await one.leaveAll();
    expect(notices).toEqual([]);
  });
});
