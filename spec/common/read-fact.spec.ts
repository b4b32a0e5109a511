/** Facts by which somebody may: a change is seen at once, and nothing that goes wrong lets anybody in. */
import { afterEach, beforeAll, describe, expect, it } from "@jest/globals";
import { connectAccess, type Access } from "@parley/common/access";
import type { Fact } from "@parley/common/fact";
import { createReadFact } from "@parley/common/read-fact";
import { createLogger } from "@parley/common/log";
import { problem } from "@parley/common/problem";
import { Redis } from "ioredis";
import { v4 as uuid } from "uuid";
import { emptyRedis } from "../support/shared-stores.ts";

const log = createLogger("spec", "silent");
const fact: Fact = { of: "role", chat: 1, user: 7 };
let url: string;
let connected: Access[] = [];
beforeAll(async () => {
  url = await emptyRedis();
});
afterEach(async () => {
  await Promise.all(connected.map((access) => access.stop()));
  connected = [];
});

/** MySQL with one fact in it, and a process that reads it. */
async function aProcess() {
  const access = connectAccess({ url, log, refuseUnsafe: () => undefined });
  connected.push(access);
  await access.answered;
  const token = uuid();
  const mysql = { value: "member", loads: 0, delayMs: 0, isAway: false };
  const load = async (): Promise<string> => {
    mysql.loads += 1;
    if (mysql.isAway) throw problem("unavailable", "away");
    const { value } = mysql;
    if (mysql.delayMs > 0) await sleep(mysql.delayMs);
    return value;
  };
  // A process of its own each: nothing is held but in Redis.
  const ask = () => createReadFact({ access, load, log })(token, fact);
  return { access, token, mysql, ask };
}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
async function flush(): Promise<void> {
  const redis = new Redis(url);
  await redis.flushdb();
  await redis.quit();
}

describe("a fact", () => {
  it("is loaded once, and then kept for all processes", async () => {
    const { mysql, ask } = await aProcess();
    expect([await ask(), await ask(), await ask()]).toEqual(["member", "member", "member"]);
    expect(mysql.loads).toBe(1);
  });

  it("is loaded anew after a change", async () => {
    const { access, token, mysql, ask } = await aProcess();
    await ask();
    await access.change(token, async (begin) => {
      await begin([fact]);
      mysql.value = "";
    });
    expect(await ask()).toBe("");
  });

  it("is kept nowhere while it is being changed, also when the process of the change dies", async () => {
    const { access, token, mysql, ask } = await aProcess();
    await ask();
    let commit = (): void => undefined;
    let die = (): void => undefined;
    const changing = access.change(token, async (begin) => {
      await begin([fact]);
      await new Promise<void>((resolve) => (commit = resolve));
      mysql.value = "";
      // What would tell that it is over never comes.
      await new Promise<void>((resolve) => (die = resolve));
    });
    await sleep(50);
    expect(await ask()).toBe("member");
    commit();
    await sleep(50);
    expect(await ask()).toBe("");
    die();
    await changing;
  });

  it("that was read before a change is not kept after it by a slow loader, nor used", async () => {
    const { access, token, mysql, ask } = await aProcess();
    mysql.delayMs = 200;
    const slow = ask();
    await sleep(50);
    await access.change(token, async (begin) => {
      await begin([fact]);
      mysql.value = "";
    });
    expect(await slow).toBe("");
    mysql.delayMs = 0;
    expect(await ask()).toBe("");
  });

  it("that is loaded while Redis has forgotten the change is not kept after it", async () => {
    const { access, token, mysql, ask } = await aProcess();
    await access.change(token, async (begin) => {
      await begin([fact]);
      await flush();
      // Nobody knows of the change any more, which is not committed yet.
      expect(await ask()).toBe("member");
      expect(await ask()).toBe("member");
      mysql.value = "";
    });
    expect(await ask()).toBe("");
  });

  it("stays unkept when it is not known whether its change was committed", async () => {
    const { access, token, mysql, ask } = await aProcess();
    await ask();
    const change = access.change(token, async (begin) => {
      await begin([fact]);
      throw new Error("no answer to COMMIT");
    });
    await expect(change).rejects.toThrow("no answer");
    expect(await ask()).toBe("member");
    mysql.value = "";
    expect(await ask()).toBe("");
  });

  it("that is loaded too slowly to be sure of is refused", async () => {
    const { mysql, ask } = await aProcess();
    mysql.delayMs = 600;
    await expect(ask()).rejects.toMatchObject({ slug: "unavailable" });
  });

  it("is used on when it is old and MySQL is away, and not when there is none", async () => {
    const { token, mysql, ask } = await aProcess();
    await ask();
    mysql.isAway = true;
    expect(await ask()).toBe("member");
    const redis = new Redis(url);
    const key = `access:{${token}}:members:1`;
    await redis.hset(key, "7", `${Math.floor(Date.now() / 1000) - 120} member`);
    await redis.quit();
    expect(await ask()).toBe("member");
    expect(mysql.loads).toBe(2);
    await flush();
    await expect(ask()).rejects.toMatchObject({ slug: "unavailable" });
  });

  it("is read from MySQL while Redis is away, and cannot be changed then", async () => {
    const { access, token, mysql, ask } = await aProcess();
    await access.stop();
    expect(await ask()).toBe("member");
    const change = access.change(token, async (begin) => {
      await begin([fact]);
      mysql.value = "";
    });
    await expect(change).rejects.toMatchObject({ slug: "unavailable" });
    expect(mysql.value).toBe("member");
  });
});
