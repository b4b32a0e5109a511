/** Each own process, Redis and the queues die once in the middle of 2,000 creates: every 201 is stored once, as it was promised. */
import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { createClient, type Client } from "../support/client.ts";
import { waitUntil } from "../support/wait-until.ts";
import { startWorld, type World } from "../support/world.ts";
import { sendMany, storedMessages, upTo, type Promised } from "../support/writers.ts";

let world: World;
let client: Client;
beforeAll(async () => {
  world = await startWorld({ own: ["redis"] });
  client = createClient(world.url);
});
afterAll(() => world.stop());

type Faults = { label: string; fault: () => Promise<void> };

/** 2,000 creates with a fault after the first few hundred. */
async function createDuring({
  label,
  fault,
}: Faults): Promise<{ token: string; chat: number; promised: Promised }> {
  const { token } = await client.anApplication();
  const chat = await client.aChat(token);
  const before = await sendMany({ client, token, chat, total: 200, writers: 20, label: `${label} before` });
  const [during] = await Promise.all([
    sendMany({ client, token, chat, total: 1600, writers: 20, label: `${label} during` }),
    fault(),
  ]);
  await waitUntil(async () => (await client.send(token, chat, `${label} over`)).status === 201);
  await world.ready();
  const after = await sendMany({ client, token, chat, total: 200, writers: 20, label: `${label} after` });
  return { token, chat, promised: new Map([...before, ...during, ...after]) };
}

async function expectKept({
  token,
  chat,
  promised,
}: Awaited<ReturnType<typeof createDuring>>): Promise<void> {
  const isPromised = async (): Promise<boolean> => {
    const stored = await storedMessages(world.db, token, chat);
    const byNumber = new Map(stored.map((row) => [row.number, row.content]));
    return [...promised].every(([number, content]) => byNumber.get(number) === content);
  };
  await waitUntil(isPromised, 60_000);
  await world.drained();
  const stored = await storedMessages(world.db, token, chat);
  // Dense: whatever has a number has a row, also what was numbered and never acknowledged.
  expect(stored.map(({ number }) => number)).toEqual(upTo(stored.length));
  expect(new Set(stored.map(({ content }) => content)).size).toBe(stored.length);
  expect(promised.size).toBeGreaterThanOrEqual(400);
  expect(await world.db("seq_conflicts").count({ n: "*" })).toEqual([{ n: 0 }]);
  const listed = await client.listAll(`/${token}/chats/${chat}/messages?limit=200`);
  expect(listed).toHaveLength(stored.length);
}

it("create-service", async () => {
  await expectKept(await createDuring({ label: "create", fault: () => world.killCreate() }));
});

it("read-service, with its consumers and cron", async () => {
  await expectKept(await createDuring({ label: "read", fault: () => world.killRead() }));
});

it("Redis, restarted with its files", async () => {
  await expectKept(await createDuring({ label: "redis", fault: () => world.ownStore("redis").restart() }));
});

it("RabbitMQ's queues, with what was in them", async () => {
  await expectKept(await createDuring({ label: "queues", fault: () => world.loseQueues() }));
}, 150_000);

it("Redis, create-service and read-service together", async () => {
  const fault = async (): Promise<void> => {
    await Promise.all([world.ownStore("redis").restart(), world.killCreate(), world.killRead()]);
  };
  await expectKept(await createDuring({ label: "all", fault }));
});
