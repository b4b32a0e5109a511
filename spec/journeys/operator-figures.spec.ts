/** What the operator's console is told: live figures, also of stores that are away, and records that could not be stored. */
import { describe, expect, it } from "@jest/globals";
import { v4 as uuid } from "uuid";
import { bearer, createAsk, type HttpReply } from "../support/ask.ts";
import { startHouse } from "../support/house.ts";
import { allowed, expectProblem } from "../support/problems.ts";
import { createSockets } from "../support/sockets.ts";
import { waitUntil } from "../support/wait-until.ts";

const operatorKey = "an-operator-key-of-more-than-32-characters";
const house = startHouse({
  realtimeServices: 1,
  own: ["mysql", "redis", "rabbitmq"],
  proxied: ["read-elasticsearch"],
  env: { PARLEY_BIND: "0.0.0.0", OPERATOR_KEY: operatorKey, OPEN_APPLICATIONS: "true" },
});
const { client } = house;
const ask = createAsk(() => house.world.url, "/api/operator");
const sockets = createSockets(() => house.world.url);
const asOperator = (method: "GET" | "POST", path: string): Promise<HttpReply> =>
  ask(method, path, undefined, bearer(operatorKey));

type Figures = {
  totals: Record<string, number>;
  sockets: number;
  queues: { name: string; messages: number; consumers: number }[];
  outbox: { shard: number; state?: string; records?: number }[];
  search: { chats_behind: number; seconds_behind: number };
  counts: { waiting: number };
  contents: Record<string, number>;
  stores: Record<string, { answers: boolean; reason?: string }>;
  parked: number;
  dead_letters: number;
  away: string[];
};

/** What is told in less than 2 s. */
async function look(): Promise<Figures> {
  const since = performance.now();
  const { status, body, text } = await asOperator("GET", "/figures");
  expect({ status, ms: performance.now() - since < 2000, text }).toMatchObject({ status: 200, ms: true });
  expect(text).not.toMatch(/127\.0\.0\.1|localhost|:\d{4,5}\//);
  return body as Figures;
}

/** Waits until a look shows it. */
async function seen(isIt: (figures: Figures) => boolean): Promise<Figures> {
  let figures: Figures | undefined;
  try {
    return await waitUntil(async () => isIt((figures = await look())) && figures);
  } catch {
    throw new Error(`the last look was ${JSON.stringify(figures)}`);
  }
}

describe("the console's addresses", () => {
  const addresses = [
    ["GET", "/figures"],
    ["GET", "/parked"],
    ["POST", `/parked/${uuid()}/replay`],
  ] as const;

  it.each(addresses)("refuse %s %s without the operator key", async (method, path) => {
    const { token, secret } = await client.anApplication();
    expectProblem(await ask(method, path), { status: 401, slug: "credential-missing" });
    for (const wrong of [token, secret, `${operatorKey}x`]) {
      const reply = await ask(method, path, undefined, bearer(wrong));
      expectProblem(reply, { status: 403, slug: "credential-wrong" });
    }
  });

  it.each(addresses)("take nothing but %s at %s", async (own, path) => {
    for (const method of ["GET", "POST", "PUT", "PATCH", "DELETE"] as const) {
      if (method === own) continue;
      const reply = await ask(method, path, undefined, bearer(operatorKey));
      expectProblem(reply, { status: 405, slug: "method-not-allowed" });
      expect(allowed(reply)).toEqual([own]);
    }
  });

  it("know no uid that is not parked", async () => {
    for (const uid of [uuid(), "1", "..%2F"]) {
      expectProblem(await asOperator("POST", `/parked/${uid}/replay`), { status: 404, slug: "not-found" });
    }
    expectProblem(await asOperator("GET", "/parked?after=x"), { status: 422, pointer: "/after" });
    expectProblem(await asOperator("GET", "/parked?limit=0"), { status: 422, pointer: "/limit" });
  });
});

it("counts what is done, and tells how much there is", async () => {
  const { token } = await client.anApplication();
  const chat = await client.aChat(token);
  // The first message has the index made.
  await client.send(token, chat, "first");
  const { totals: before } = await seen(
    ({ stores, search, totals }) =>
      totals["stored"] === 1 && stores["elasticsearch"]?.reason === undefined && search.chats_behind === 0,
  );
  const socket = await sockets.authenticated(token);
  await socket.ask("connect-chat", { chat_number: chat });
  for (let i = 0; i < 3; i += 1) await client.send(token, chat, `m ${i}`);
  await client.send(token, chat, "");
  await client.call("GET", `/${token}/chats/99`);
  const {
    totals,
    sockets: open,
    ...figures
  } = await seen(({ totals }) =>
    ["stored", "indexed", "delivered"].every((name) => (totals[name] ?? 0) >= (before[name] ?? 0) + 3),
  );
  expect(open).toBe(1);
  expect((totals["accepted"] ?? 0) - (before["accepted"] ?? 0)).toBe(3);
  expect((totals["stored"] ?? 0) - (before["stored"] ?? 0)).toBe(3);
  expect((totals["refused"] ?? 0) - (before["refused"] ?? 0)).toBe(2);
  expect((totals["requests"] ?? 0) - (before["requests"] ?? 0)).toBeGreaterThanOrEqual(5);
  const names = "records.0 records.1 records.2 records.3 search dead-letters";
  expect(figures.queues.map(({ name }) => name).join(" ")).toBe(names);
  expect(figures.queues[0]).toMatchObject({ messages: 0, consumers: 1 });
  expect(figures.outbox).toHaveLength(4);
  expect(figures.outbox[0]).toMatchObject({ shard: 0, state: "open", records: 0, unconfirmed: 0, bytes: 0 });
  expect(figures.counts.waiting).toBeGreaterThan(0);
  expect(figures).toMatchObject({ parked: 0, refusals: 0, conflicts: 0, dead_letters: 0, away: [] });
  expect(Object.values(figures.stores)).toEqual(Array.from({ length: 4 }, () => ({ answers: true })));
  expect(figures.contents["applications"]).toBeGreaterThan(0);
  socket.close();
  await seen((now) => now.sockets === 0);
}, 30_000);

it("lists a parked record, and stores it once the cause is mended", async () => {
  const { token } = await client.anApplication();
  const chat = await client.aChat(token);
  const { db } = house.world;
  await db.raw("ALTER TABLE messages MODIFY content varchar(5) NOT NULL");
  await client.send(token, chat, "too long");
  expect((await seen(({ parked }) => parked > 0)).parked).toBe(1);
  const { body } = await asOperator("GET", "/parked");
  const [{ uid }] = body as [{ uid: string }];
  expect(body).toEqual([
    {
      uid,
      kind: "message",
      application_token: token,
      chat_number: chat,
      number: 1,
      reason: expect.stringContaining("Data too long"),
      parked_at: expect.stringMatching(/^\d{4}-/),
    },
  ]);
  const replay = (): Promise<HttpReply> => asOperator("POST", `/parked/${uid}/replay`);
  expect((await replay()).body).toEqual({
    uid,
    stored: false,
    reason: expect.stringContaining("Data too long"),
  });
  await db.raw("ALTER TABLE messages MODIFY content mediumtext NOT NULL");
  const stored = await replay();
  expect([stored.status, stored.body]).toEqual([200, { uid, stored: true }]);
  const read = await client.call("GET", `/${token}/chats/${chat}/messages/1`);
  expect(read.body).toMatchObject({ message_number: 1, message_content: "too long" });
  expect((await asOperator("GET", "/parked")).body).toEqual([]);
  expectProblem(await replay(), { status: 404, slug: "not-found" });
}, 30_000);

describe("a store that is away", () => {
  it("is shown, and how far search is behind meanwhile", async () => {
    const { token } = await client.anApplication();
    const chat = await client.aChat(token);
    const proxy = house.world.proxy("read-elasticsearch");
    proxy.refuse();
    await client.send(token, chat, "late");
    const { away } = await seen(({ search, stores }) => {
      return search.chats_behind > 0 && search.seconds_behind > 0 && !stores["elasticsearch"]?.answers;
    });
    expect(away).toEqual([]);
    proxy.heal();
    await seen(
      ({ search, stores }) => search.seconds_behind === 0 && stores["elasticsearch"]?.answers === true,
    );
  }, 60_000);

  /** One after the other, none of which comes back. */
  it.each([
    ["rabbitmq", ["queues", "dead_letters"]],
    ["redis", ["totals", "sockets", "outbox", "counts"]],
    ["mysql", ["parked", "refusals", "conflicts", "epochs", "search"]],
  ] as const)("is shown, and the others are told of: %s", async (store, parts) => {
    await house.world.ownStore(store).kill();
    const figures = await seen(({ stores }) => stores[store]?.answers === false);
    expect(figures.stores[store]).toEqual({ answers: false, reason: "does not answer" });
    expect(figures.away).toEqual(expect.arrayContaining([...parts]));
    for (const part of parts) {
      if (part !== "outbox") expect(figures).not.toHaveProperty(part);
    }
  });
});
