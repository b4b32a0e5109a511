/** Continuity tells of every number of a chat where it is: stored, indexed, pending, void, parked, or missing. */
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { Redis } from "ioredis";
import { v4 as uuid } from "uuid";
import { createClient, type Client } from "../support/client.ts";
import { waitUntil } from "../support/wait-until.ts";
import { startWorld, type World } from "../support/world.ts";
import { sendMany } from "../support/writers.ts";

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

const nothing = { pending: [], void: [], parked: [], missing: [] };
const noTotals = { pending: 0, void: 0, parked: 0, missing: 0 };
const continuity = (token: string, chat: number | string = 1) =>
  client.call("GET", `/${token}/chats/${chat}/continuity`);

async function aChatOf(total: number): Promise<{ token: string; secret: string }> {
  const application = await client.anApplication();
  const chat = await client.aChat(application.token);
  await sendMany({ client, token: application.token, chat, total, writers: 5, label: "message" });
  return application;
}

/** The rows of chat 1's messages. */
const rowsOf = (token: string) =>
  world
    .db("messages")
    .where(
      "chat_id",
      world
        .db("chats as c")
        .join("applications as a", "a.id", "c.application_id")
        .where({ "a.token": token, "c.number": 1 })
        .select("c.id"),
    );

describe("refusals", () => {
  it("are those of the chat", async () => {
    const { token, secret } = await aChatOf(0);
    expect((await continuity("11111111-1111-4111-8111-111111111111")).body["type"]).toBe(
      "/problems/application-not-found",
    );
    expect((await continuity(token, 2)).body["type"]).toBe("/problems/chat-not-found");
    await client.call("DELETE", `/${token}/chats/1`, undefined, { Authorization: `Bearer ${secret}` });
    const gone = await continuity(token);
    expect(gone.status).toBe(410);
    expect(gone.body["type"]).toBe("/problems/chat-deleted");
  });
});

describe("continuity", () => {
  it("of an empty chat has nothing in it", async () => {
    const { token } = await aChatOf(0);
    expect((await continuity(token)).body).toMatchObject({
      chat_number: 1,
      head_number: 0,
      stored_through: 0,
      ...nothing,
      totals: noTotals,
    });
  });

  it("names nothing missing while messages are on their way, and has all of them in the end", async () => {
    const { token } = await aChatOf(0);
    let sending = true;
    const look = async (): Promise<void> => {
      while (sending) {
        const { status, body } = await continuity(token);
        expect(status).toBe(200);
        expect(body).toMatchObject({ missing: [], totals: { missing: 0 } });
        expect(body["stored_through"]).toBeLessThanOrEqual(Number(body["head_number"]));
      }
    };
    const send = sendMany({ client, token, chat: 1, total: 600, writers: 10, label: "m" });
    await Promise.all([send.finally(() => (sending = false)), look()]);
    await world.drained();
    const stored = await continuity(token);
    expect(stored.body).toMatchObject({
      head_number: 600,
      stored_through: 600,
      ...nothing,
      totals: noTotals,
    });
    if (world.env["ELASTICSEARCH_URL"] === undefined) return;
    await waitUntil(async () => (await continuity(token)).body["indexed_through"] === 600, 60_000);
  }, 120_000);

  it("tells void, parked and missing numbers apart", async () => {
    const { token } = await aChatOf(9);
    await world.drained();
    await rowsOf(token).where({ number: 2 }).update({ state: "void" });
    await rowsOf(token).where({ number: 4 }).update({ state: "parked" });
    await rowsOf(token).whereIn("number", [6, 7, 9]).delete();
    expect((await continuity(token)).body).toMatchObject({
      head_number: 9,
      stored_through: 5,
      pending: [],
      void: [2],
      parked: [4],
      missing: [6, 7, 9],
      totals: { pending: 0, void: 1, parked: 1, missing: 3 },
    });
  });

  it("lists at most a thousand numbers, and says how many there are", async () => {
    const { token } = await aChatOf(1);
    await world.drained();
    await redis.hset(`{s${await shardOf(token)}}:counters`, `${token}:1`, 5000);
    const { body } = await continuity(token);
    expect(body).toMatchObject({ head_number: 5000, stored_through: 1, totals: { missing: 4999 } });
    expect(body["missing"]).toHaveLength(1000);
  });

  it("calls what only the ledger has pending", async () => {
    const { token } = await aChatOf(3);
    await world.drained();
    const shard = await shardOf(token);
    const record = { kind: "message", uid: uuid(), token, chat: 1, number: 4, content: "x", createdAt: 1 };
    await redis.hset(`{s${shard}}:outbox`, record.uid, JSON.stringify(record));
    await redis.zadd(`{s${shard}}:pending:${token}:1`, 4, record.uid);
    await redis.hset(`{s${shard}}:counters`, `${token}:1`, 4);
    expect((await continuity(token)).body).toMatchObject({
      head_number: 4,
      stored_through: 3,
      pending: [4],
      missing: [],
      totals: { pending: 1 },
    });
    await redis.hdel(`{s${shard}}:outbox`, record.uid);
    await redis.zrem(`{s${shard}}:pending:${token}:1`, record.uid);
  });

  it("is refused while the numbering is being recovered, and told again afterwards", async () => {
    const { token } = await aChatOf(3);
    await world.drained();
    await redis.flushall();
    const refused = await continuity(token);
    expect(refused.status).toBe(503);
    expect(refused.headers.get("retry-after")).toBe("1");
    const told = await waitUntil(async () => {
      const reply = await continuity(token);
      return reply.status === 200 && reply.body;
    });
    expect(told).toMatchObject({ head_number: 3, stored_through: 3, missing: [] });
  });
});

/** The shard that has the application's counters. */
async function shardOf(token: string): Promise<number> {
  for (const shard of [0, 1, 2, 3]) if (await redis.hexists(`{s${shard}}:counters`, token)) return shard;
  throw new Error("the application is not open");
}
