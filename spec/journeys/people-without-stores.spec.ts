/** What people can do while account-service or MySQL is away: all that needs nothing new to be known of them. */
import { describe, expect, it } from "@jest/globals";
import { Redis } from "ioredis";
import { as, password } from "../support/people.ts";
import { startHouse } from "../support/house.ts";
import { expectProblem } from "../support/problems.ts";

const house = startHouse({ withSearch: false, own: ["mysql"] });
const { ask, client, people } = house;

const say = (message_content: string) => ({ message_content });

/** As if all that is known had been loaded two minutes ago. */
async function ageFacts(): Promise<void> {
  const redis = new Redis(house.world.stores.urls.redis);
  for (const key of await redis.keys("access:*")) {
    for (const [field, entry] of Object.entries(await redis.hgetall(key))) {
      const [since, value] = entry.split(" ");
      if (field !== "version") await redis.hset(key, field, `${Number(since) - 120} ${value}`);
    }
  }
  await redis.quit();
}

describe("without account-service", () => {
  it("tokens are good as long as they are, and nobody logs in", async () => {
    const { token, secret } = await client.anApplication();
    const [ann, ben] = [await people.mint(token, secret), await people.mint(token, secret)];
    const chat = `/${token}/chats/${await client.aChat(token)}`;
    await people.must(201, "POST", `${chat}/messages`, say("before"), as(ann));
    await people.must(200, "GET", `${chat}/messages`, undefined, as(ann));
    const [account] = house.world.accounts;
    await account?.kill();
    for (const who of [ann, ben]) {
      expect((await ask("POST", `${chat}/messages`, say("meanwhile"), as(who))).status).toBe(201);
      expect((await ask("GET", `${chat}/messages`, undefined, as(who))).status).toBe(200);
    }
    expectProblem(await ask("POST", `/${token}/login`, { username: "ann", password }), { status: 503 });
    await account?.start();
    expect((await ask("GET", `/${token}/users/me`, undefined, as(ann))).status).toBe(200);
  }, 60_000);
});

describe("without MySQL", () => {
  it("sends go on for who is known to have a right, and what was sent is read; nothing else is said", async () => {
    const { token, secret } = await client.anApplication();
    const [ann, ben] = [await people.mint(token, secret), await people.mint(token, secret)];
    await people.must(201, "POST", `/${token}/chats`, { private: true }, as(ann));
    const chat = `/${token}/chats/1`;
    const open = `/${token}/chats/${await client.aChat(token)}`;
    await people.must(201, "POST", `${open}/messages`, say("before"));
    await people.must(201, "POST", `${open}/messages`, say("before"), as(ann));
    await people.must(201, "POST", `${chat}/messages`, say("before"), as(ann));
    await people.must(201, "POST", `/${token}/users/${ben.number}/messages`, say("before"), as(ann));
    await people.must(201, "POST", `/${token}/users/${ben.number}/messages`, say("before"), as(ann));
    await house.world.drained();
    const mysql = house.world.ownStore("mysql");
    await mysql.kill();
    for (const age of [async () => undefined, ageFacts]) {
      await age();
      // What this process holds for a moment is not meant.
      await new Promise((resolve) => setTimeout(resolve, 600));
      for (const [path, headers] of [
        [`${chat}/messages`, as(ann)],
        [`${open}/messages`, as(ann)],
        [`${open}/messages`, {}],
        [`/${token}/users/${ben.number}/messages`, as(ann)],
      ] as const) {
        const sent = await ask("POST", path, say("meanwhile"), headers);
        expect([path, sent.status]).toEqual([path, 201]);
        const { message_number: number } = sent.body as { message_number: number };
        const read = await ask("GET", `${path}/${number}`, undefined, headers);
        expect([path, read.status]).toEqual([path, 200]);
      }
      const made = await ask("POST", `/${token}/chats`, {});
      const { chat_number: number } = made.body as { chat_number: number };
      expect((await ask("POST", `/${token}/chats/${number}/messages`, say("in a new chat"))).status).toBe(
        201,
      );
    }
    for (const reply of [
      await ask("POST", `${chat}/messages`, say("x"), as(ben)),
      await ask("POST", `/${token}/login`, { username: ann.username, password }),
      await ask("GET", `/${token}/users/me`, undefined, as(ann)),
      await ask("PUT", `${chat}/members/2`, undefined, as(ann)),
      await ask("POST", `/${token}/logout`, undefined, as(ann)),
    ]) {
      expectProblem(reply, { status: 503, slug: "unavailable" });
      expect(Number(reply.headers["retry-after"])).toBeGreaterThan(0);
    }
    await mysql.start();
    await house.world.drained();
    expectProblem(await ask("POST", `${chat}/messages`, say("x"), as(ben)), { status: 404 });
  }, 120_000);
});
