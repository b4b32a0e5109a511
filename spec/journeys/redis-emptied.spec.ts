/** The counter store loses everything: numbers go on from what was accepted, and none is given twice. */
import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { shardOf } from "@parley/common/records";
import { Redis } from "ioredis";
import { createClient, type Client } from "../support/client.ts";
import { waitUntil } from "../support/wait-until.ts";
import { startWorld, type World } from "../support/world.ts";
import { sendMany, storedMessages, upTo } from "../support/writers.ts";

let world: World;
let client: Client;
let redis: Redis;
beforeAll(async () => {
  world = await startWorld({ own: ["redis"] });
  client = createClient(world.url);
  redis = new Redis(world.env["REDIS_URL"] ?? "");
});
afterAll(async () => {
  redis.disconnect();
  await world.stop();
});

it("refuses creates while it does not know, and then goes on after the last accepted number", async () => {
  const { token } = await client.anApplication();
  const chat = await client.aChat(token);
  const before = await sendMany({ client, token, chat, total: 300, writers: 10, label: "before" });
  expect(before.size).toBe(300);
  await world.drained();
  // A record that cannot be stored yet holds up the recovery, which ends too soon to be seen otherwise.
  const lock = await world.db.transaction();
  try {
    await lock("chats as c")
      .join("applications as a", "a.id", "c.application_id")
      .where({ "a.token": token, "c.number": chat })
      .select("c.id")
      .forUpdate();
    expect((await client.send(token, chat, "not stored")).body["message_number"]).toBe(301);
    await redis.flushall();
    const refused = await client.send(token, chat, "while closed");
    expect(refused.status).toBe(503);
    expect(refused.headers.get("retry-after")).toBe("1");
    expect(refused.body).toMatchObject({ type: "/problems/unavailable", status: 503 });
    expect((await client.call("GET", `/${token}/chats/${chat}/messages/1`)).status).toBe(200);
    // It was accepted, and nobody knows of it now.
    expect((await client.call("GET", `/${token}/chats/${chat}/messages/301`)).status).toBe(503);
  } finally {
    await lock.rollback();
  }
  await world.ready();
  expect((await client.send(token, chat, "after")).body["message_number"]).toBe(302);
  await world.drained();
  const stored = await storedMessages(world.db, token, chat);
  expect(stored.map(({ number }) => number)).toEqual(upTo(302));
  expect([...before].every(([number, content]) => stored[number - 1]?.content === content)).toBe(true);
  expect(stored.slice(300).map(({ content }) => content)).toEqual(["not stored", "after"]);
});

it("opens the counters of recent parents again before anybody sends", async () => {
  const { token } = await client.anApplication();
  const chat = await client.aChat(token);
  await client.send(token, chat, "1");
  await client.send(token, chat, "2");
  await world.drained();
  await redis.flushall();
  const shard = shardOf(token, 4);
  const counters = (...fields: string[]) => redis.hmget(`{s${shard}}:counters`, ...fields);
  await waitUntil(async () => (await counters(token, `${token}:${chat}`)).join() === "1,2");
});
