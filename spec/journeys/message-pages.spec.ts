/** A chat's history, page by page, and its counts. */
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { createAsk, type Ask } from "../support/ask.ts";
import { createClient, type Client } from "../support/client.ts";
import { expectProblem } from "../support/problems.ts";
import { startWorld, type World } from "../support/world.ts";

type Shown = { message_number: number };

let world: World;
let ask: Ask;
let client: Client;
let token: string;
let list: string;
const all = Array.from({ length: 9 }, (_, i) => i + 1);

beforeAll(async () => {
  world = await startWorld({ withSearch: false });
  ask = createAsk(world.url);
  client = createClient(world.url);
  ({ token } = await client.anApplication());
  const chat = await client.aChat(token);
  for (const number of all) await client.send(token, chat, `m${number}`);
  list = `/${token}/chats/${chat}/messages`;
});
afterAll(() => world.stop());

const numbersOf = (shown: unknown): number[] =>
  (shown as Shown[]).map(({ message_number }) => message_number);

describe("the list of messages", () => {
  it.each([
    "limit=0",
    "limit=201",
    "limit=",
    "limit=1e2",
    "order=up",
    "after=-1",
    "after=1e3",
    "before=2147483648",
  ])("is refused with ?%s", async (query) => {
    const pointer = `/${query.split("=")[0] ?? ""}`;
    expectProblem(await ask("GET", `${list}?${query}`), { status: 422, slug: "invalid", pointer });
  });

  it("is refused for a chat or application that there is not", async () => {
    expectProblem(await ask("GET", `/${token}/chats/2/messages`), { status: 404, slug: "chat-not-found" });
    expectProblem(await ask("GET", "/11111111-1111-4111-8111-111111111111/chats/1/messages"), {
      status: 404,
      slug: "application-not-found",
    });
  });

  it.each([
    ["", all],
    ["?order=asc", all],
    ["?order=desc", all.toReversed()],
    ["?limit=200", all],
    ["?limit=2", [1, 2]],
    ["?limit=2&order=desc", [9, 8]],
    ["?after=3", [4, 5, 6, 7, 8, 9]],
    ["?before=3", [1, 2]],
    ["?after=3&before=7", [4, 5, 6]],
    ["?after=3&before=7&order=desc", [6, 5, 4]],
    ["?after=3&before=7&limit=2", [4, 5]],
    ["?after=3&before=7&limit=2&order=desc", [6, 5]],
    ["?after=5&before=5", []],
    ["?after=0&before=2147483647", all],
    ["?after=9", []],
  ])("gives with %s the messages %j", async (query, expected) => {
    expect(numbersOf((await ask("GET", `${list}${query}`)).body)).toEqual(expected);
  });

  it("has the same fields as the single address", async () => {
    const { body } = await ask("GET", `${list}?after=3&before=5`);
    expect(body).toEqual([(await ask("GET", `${list}/4`)).body]);
  });

  it.each(["asc", "desc"])("leads by Link to the end in order %s, within after and before", async (order) => {
    const inOrder = (numbers: number[]): number[] => (order === "asc" ? numbers : numbers.toReversed());
    for (const limit of [1, 2, 3, 4, 8, 9, 10]) {
      const path = `${list}?limit=${limit}&order=${order}`;
      expect(numbersOf(await client.listAll(path))).toEqual(inOrder(all));
      expect(numbersOf(await client.listAll(`${path}&after=2&before=8`))).toEqual(inOrder([3, 4, 5, 6, 7]));
    }
  });

  it("has no Link on a last page, be it full or not, and rel=next on every other", async () => {
    expect((await ask("GET", `${list}?limit=9`)).headers["link"]).toBeUndefined();
    expect((await ask("GET", `${list}?limit=10`)).headers["link"]).toBeUndefined();
    const { link } = (await ask("GET", `${list}?limit=8`)).headers;
    expect(link).toBe(`</api/applications${list}?limit=8&after=8>; rel="next"`);
  });

  it("goes on without a gap or a double while messages are stored between its pages", async () => {
    const chat = await client.aChat(token);
    const path = `/${token}/chats/${chat}/messages`;
    const sending = (async () => {
      for (let i = 0; i < 60; i += 1) await client.send(token, chat, `late ${i}`);
    })();
    for (let last = 0; last < 60;) {
      const numbers = numbersOf(await client.listAll(`${path}?limit=7`));
      expect(numbers).toEqual(numbers.map((_, i) => i + 1));
      expect(numbers.length).toBeGreaterThanOrEqual(last);
      last = numbers.length;
    }
    await sending;
  });

  it("gives 100 a page unless asked for more", async () => {
    const chat = await client.aChat(token);
    await Promise.all(Array.from({ length: 201 }, (_, i) => client.send(token, chat, `x${i}`)));
    const path = `/${token}/chats/${chat}/messages`;
    for (const [query, count] of [
      ["", 100],
      ["?limit=200", 200],
    ] as const) {
      const { body, headers } = await ask("GET", `${path}${query}`);
      expect([body, headers["link"]]).toEqual([expect.any(Array), expect.stringContaining(`after=${count}`)]);
      expect(body).toHaveLength(count);
    }
    expect(numbersOf(await client.listAll(path))).toEqual(Array.from({ length: 201 }, (_, i) => i + 1));
  });

  it("leaves out what was deleted, and keeps its number", async () => {
    const chat = await client.aChat(token);
    for (let i = 1; i <= 5; i += 1) await client.send(token, chat, `x${i}`);
    const path = `/${token}/chats/${chat}/messages`;
    await ask("DELETE", `${path}/2`);
    await ask("DELETE", `${path}/5`);
    expect(numbersOf((await ask("GET", path)).body)).toEqual([1, 3, 4]);
    expect(numbersOf(await client.listAll(`${path}?limit=1`))).toEqual([1, 3, 4]);
    expect((await client.send(token, chat, "next")).body).toMatchObject({ message_number: 6 });
  });
});

describe("counts", () => {
  it("are whole numbers from 0 on, in single replies and in lists alike", async () => {
    const application = (await ask("GET", `/${token}`)).body as { chats_count: number };
    const chat = (await ask("GET", `/${token}/chats/1`)).body as { messages_count: number };
    for (const count of [application.chats_count, chat.messages_count]) {
      expect(Number.isInteger(count) && count >= 0).toBe(true);
    }
    // The cron may flush between two requests, so only that both have a number is compared.
    for (const [path, field] of [
      ["", "chats_count"],
      [`/${token}/chats`, "messages_count"],
    ] as const) {
      const counts = ((await ask("GET", path)).body as Record<string, unknown>[]).map((one) => one[field]);
      expect(counts.length).toBeGreaterThan(0);
      expect(counts.filter((count) => !Number.isInteger(count) || Number(count) < 0)).toEqual([]);
    }
  });

  it("do not fall below 0 by a delete before they were flushed", async () => {
    const { token: own, secret } = await client.anApplication();
    const chat = await client.aChat(own);
    await client.send(own, chat, "x");
    await ask("DELETE", `/${own}/chats/${chat}/messages/1`);
    expect((await ask("GET", `/${own}/chats/${chat}`)).body).toMatchObject({ messages_count: 0 });
    await ask("DELETE", `/${own}/chats/${chat}`, undefined, { Authorization: `Bearer ${secret}` });
    expect((await ask("GET", `/${own}`)).body).toMatchObject({ chats_count: 0 });
  });
});
