/** Idempotency-Key on everything that creates: the same key and body give the same reply with the same number. */
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { Redis } from "ioredis";
import { v4 as uuid, v7 } from "uuid";
import { createAsk, type Ask, type HttpReply } from "../support/ask.ts";
import { expectProblem } from "../support/problems.ts";
import { waitUntil } from "../support/wait-until.ts";
import { startWorld, type World } from "../support/world.ts";
import { storedMessages } from "../support/writers.ts";

let world: World;
let ask: Ask;
let token: string;
beforeAll(async () => {
  world = await startWorld({ own: ["redis"] });
  ask = createAsk(world.url);
  const { body } = await ask("POST", "", { application_name: "Spec" });
  token = (body as { application_token: string }).application_token;
  await ask("POST", `/${token}/chats`, { chat_name: "General" });
});
afterAll(() => world.stop());

const post = (path: string, key: string, body: object): Promise<HttpReply> =>
  ask("POST", path, body, { "Idempotency-Key": key });
const send = (key: string, text = "hello"): Promise<HttpReply> =>
  post(`/${token}/chats/1/messages`, key, { message_content: text });
const numberOf = ({ body }: HttpReply): unknown => (body as { message_number: number }).message_number;
const isReplayed = ({ headers }: HttpReply): boolean => headers["idempotency-replayed"] === "true";

async function emptyRedis(): Promise<void> {
  const redis = new Redis(world.env["REDIS_URL"] ?? "");
  await redis.flushall();
  await redis.quit();
  await world.closed();
  await world.ready();
  // create-service may not have heard of the next epoch yet, and the first request only tells it.
  await waitUntil(async () => (await ask("POST", `/${token}/chats`, {})).status === 201);
}

describe("a key", () => {
  it.each(["", " ", "x".repeat(65), "x".repeat(7000), "käse", "a b", "a,b", '"open'])(
    "that is malformed is refused: %j",
    async (key) => {
      const refused = await send(encodeURI(key) === key ? key : encodeURIComponent(key));
      expectProblem(refused, { status: 400, slug: "idempotency-key-invalid" });
    },
  );

  it("that is no UUID creates no application: its secret could be guessed", async () => {
    const refused = await post("", "first", { application_name: "Spec" });
    expectProblem(refused, { status: 400, slug: "idempotency-key-invalid", detail: /UUID/ });
  });

  it("of a clock that is ahead is refused", async () => {
    const refused = await send(v7({ msecs: Date.now() + 3_600_000 }));
    expectProblem(refused, { status: 400, slug: "idempotency-key-invalid", detail: /ahead/ });
  });

  it("with another body is refused, at both addresses of messages", async () => {
    const key = v7();
    expect((await send(key)).status).toBe(201);
    expectProblem(await send(key, "other"), { status: 422, slug: "idempotency-key-reused" });
    const other = await post(`/${token}/chats/1`, key, { message_content: "other" });
    expectProblem(other, { status: 422, slug: "idempotency-key-reused" });
  });

  it("is not used up by a body that is refused", async () => {
    const key = v7();
    expectProblem(await send(key, " "), { status: 422, slug: "invalid" });
    const accepted = await send(key);
    expect(accepted.status).toBe(201);
    expect(isReplayed(accepted)).toBe(false);
  });

  it("of another parent or application is another key", async () => {
    const key = v7();
    const first = await send(key);
    const elsewhere = await post(`/${token}/chats`, key, { chat_name: "hello" });
    expect([first.status, elsewhere.status]).toEqual([201, 201]);
    expect(isReplayed(elsewhere)).toBe(false);
  });
});

describe("a repeat", () => {
  it.each([
    ["a UUIDv7", () => v7()],
    ["a UUIDv4", () => uuid()],
    ["any other key", () => `order-${uuid().slice(0, 8)}`],
  ])("with %s is given the first reply, and there is one record", async (_, makeKey) => {
    const key = makeKey();
    const replies = await Promise.all([send(key, key), send(key, key), send(key, key)]);
    replies.push(await send(key, key), await send(`"${key}"`, key));
    expect(replies.map(({ status }) => status)).toEqual([201, 201, 201, 201, 201]);
    expect(new Set(replies.map(({ text }) => text)).size).toBe(1);
    expect(replies.filter((reply) => !isReplayed(reply))).toHaveLength(1);
    await world.drained();
    const stored = await storedMessages(world.db, token, 1);
    expect(stored.filter(({ content }) => content === key)).toHaveLength(1);
  });

  it("of a chat or an application is the same, secret included", async () => {
    const key = uuid();
    const chats = [1, 2].map(() => post(`/${token}/chats`, key, { chat_name: "Twice" }));
    const [chat, again] = await Promise.all(chats);
    expect(again?.text).toBe(chat?.text);
    const created = await post("", key, { application_name: "Twice" });
    const repeated = await post("", key.toUpperCase(), { application_name: "Twice" });
    expect(repeated.text).toBe(created.text);
    expect(created.body).toMatchObject({ application_secret: expect.any(String) });
    expect(isReplayed(repeated)).toBe(true);
    expectProblem(await post("", key, { application_name: "Other" }), {
      status: 422,
      slug: "idempotency-key-reused",
    });
  });

  it("is the same after Redis was emptied, for messages, chats and applications", async () => {
    const [v7Key, v4Key] = [v7(), uuid()];
    const ask3 = () =>
      Promise.all([
        send(v7Key, "kept"),
        send(v4Key, "kept, too"),
        post(`/${token}/chats`, v7Key, { chat_name: "Kept" }),
        post("", v4Key, { application_name: "Kept" }),
      ]);
    const first = await ask3();
    await emptyRedis();
    const again = await ask3();
    expect(again.map(({ text }) => text)).toEqual(first.map(({ text }) => text));
    expect(again.map(isReplayed)).toEqual([true, true, true, true]);
    expectProblem(await send(v7Key, "other"), { status: 422, slug: "idempotency-key-reused" });
    const next = await send(v7(), "next");
    expect(numberOf(next)).toBe(Math.max(...first.slice(0, 2).map((reply) => Number(numberOf(reply)))) + 1);
  });
});

it("that cannot be decided, as MySQL cannot be asked, is 503; one that must be new is taken", async () => {
  await world.drained();
  const redis = new Redis(world.env["REDIS_URL"] ?? "");
  const shards = await redis.keys("{s*}:keys:since");
  await Promise.all(shards.map((name) => redis.set(name, 0)));
  await redis.quit();
  expect((await send(v7())).status).toBe(201);
  await world.reads[0]?.kill();
  expectProblem(await send(uuid()), { status: 503, slug: "unavailable" });
  const key = v7();
  const taken = await send(key);
  expect(taken.status).toBe(201);
  expect(numberOf(await send(key))).toBe(numberOf(taken));
  await world.killRead();
  await world.ready();
});
