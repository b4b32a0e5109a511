/** Many at once, at two create-services: dense numbers everywhere. */
import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { createClient, type Client } from "../support/client.ts";
import { startWorld, type World } from "../support/world.ts";
import { storedMessages, upTo } from "../support/writers.ts";

let world: World;
let clients: Client[];
let reader: Client;
beforeAll(async () => {
  world = await startWorld({ createServices: 2 });
  clients = world.creates.map(({ url }) => createClient(url));
  reader = createClient(world.url);
});
afterAll(() => world.stop());

it("gives 200 creates at once at two processes the numbers 1 to 200, in MySQL, lists and search", async () => {
  const { token } = await reader.anApplication();
  const chat = await reader.aChat(token);
  const sent = await Promise.all(
    upTo(200).map((i) => (clients[i % 2] as Client).send(token, chat, `needle ${i} in the hay`)),
  );
  expect(sent.map(({ status }) => status)).toEqual(upTo(200).map(() => 201));
  const given = new Map(sent.map(({ body }) => [Number(body["message_number"]), body["message_content"]]));
  expect([...given.keys()].sort((a, b) => a - b)).toEqual(upTo(200));

  const expectAll = async (): Promise<void> => {
    const listed = await reader.listAll(`/${token}/chats/${chat}/messages?limit=70`);
    expect(listed.map((one) => one["message_number"])).toEqual(upTo(200));
    expect(listed.every((one) => given.get(Number(one["message_number"])) === one["message_content"])).toBe(
      true,
    );
    const found = await reader.listAll(`/${token}/chats/${chat}/search?q=EEDLE&limit=70`);
    expect(found.map(({ number }) => number)).toEqual(upTo(200));
  };
  await expectAll();
  await world.drained();
  await expectAll();
  expect((await storedMessages(world.db, token, chat)).map(({ number }) => number)).toEqual(upTo(200));
});

it("numbers chats as densely when they are made at both processes at once", async () => {
  const { token } = await reader.anApplication();
  const made = await Promise.all(upTo(50).map((i) => (clients[i % 2] as Client).aChat(token, `Chat ${i}`)));
  expect(made.sort((a, b) => a - b)).toEqual(upTo(50));
  const listed = await reader.listAll(`/${token}/chats?limit=20&order=desc`);
  expect(listed.map((one) => one["chat_number"])).toEqual(upTo(50).reverse());
});

it("shows each of 300 messages to whoever asks right after its 201", async () => {
  const { token } = await reader.anApplication();
  const chat = await reader.aChat(token);
  const misses: unknown[] = [];
  await Promise.all(
    upTo(10).map(async (writer) => {
      for (let i = 0; i < 30; i += 1) {
        const content = `writer ${writer} message ${i}`;
        const { body } = await reader.send(token, chat, content);
        const address = `/${token}/chats/${chat}/messages/${String(body["message_number"])}`;
        const [one, found] = await Promise.all([
          reader.call("GET", address),
          reader.call("GET", `/${token}/chats/${chat}/search?q=${encodeURIComponent(content.toUpperCase())}`),
        ]);
        if (one.body["message_content"] !== content) misses.push({ address, one });
        if (!(found.body as unknown as { content: string }[]).some((hit) => hit.content === content)) {
          misses.push({ content, found });
        }
      }
    }),
  );
  expect(misses).toEqual([]);
});
