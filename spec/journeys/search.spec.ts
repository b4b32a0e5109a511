/** Search in one chat: any part of any word, at once and when indexed, page by page. */
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { createAsk, type Ask, type HttpReply } from "../support/ask.ts";
import { createClient, type Client } from "../support/client.ts";
import { expectProblem } from "../support/problems.ts";
import { waitUntil } from "../support/wait-until.ts";
import { startWorld, type World } from "../support/world.ts";

const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
type Hit = { number: number };

let world: World;
let ask: Ask;
let client: Client;
let token: string;
beforeAll(async () => {
  world = await startWorld();
  ask = createAsk(world.url);
  client = createClient(world.url);
  ({ token } = await client.anApplication());
});
afterAll(() => world.stop());

async function aChatWith(contents: readonly string[]): Promise<string> {
  const chat = await client.aChat(token);
  for (const content of contents) await client.send(token, chat, content);
  return `/${token}/chats/${chat}`;
}

const find = (chat: string, query: string, more = ""): Promise<HttpReply> =>
  ask("GET", `${chat}/search?q=${encodeURIComponent(query)}${more}`);

async function findNumbers(chat: string, query: string, more = ""): Promise<number[]> {
  const { status, body } = await find(chat, query, more);
  expect({ status, body }).toMatchObject({ status: 200 });
  return (body as Hit[]).map(({ number }) => number);
}

/** Everything stored, and the index as new as MySQL. */
async function indexed(): Promise<void> {
  await world.drained();
  const { ELASTICSEARCH_URL: url } = world.env;
  if (url === undefined) return;
  const index = world.searchIndex;
  await waitUntil(async () => {
    const [stored] = (await world.db("messages").count({ count: "*" })) as { count: number }[];
    await fetch(`${url}/${index}/_refresh`, { method: "POST" });
    const query = { query: { exists: { field: "number" } } };
    const reply = await fetch(`${url}/${index}/_count`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(query),
    });
    return ((await reply.json()) as { count: number }).count === Number(stored?.count);
  }, 50_000);
}

describe("a search", () => {
  it.each([
    ["/q", ""],
    ["/q", "?q="],
    ["/q", "?q=%20%20"],
    ["/search_query", "?search_query=%20"],
    ["/q", `?q=${"x".repeat(257)}`],
    ["/q", `?q=${encodeURIComponent("👩".repeat(257))}`],
    ["/q", "?q=a&q=b"],
    ["/limit", "?q=a&limit=201"],
    ["/order", "?q=a&order=best"],
    ["/after", "?q=a&after=x"],
  ])("is refused at %s with …/search%s", async (pointer, query) => {
    const chat = await aChatWith(["a"]);
    expectProblem(await ask("GET", `${chat}/search${query}`), { status: 422, slug: "invalid", pointer });
  });

  it("is refused in a chat or application that there is not", async () => {
    expectProblem(await find(`/${token}/chats/99999`, "x"), { status: 404, slug: "chat-not-found" });
    expectProblem(await find("/11111111-1111-4111-8111-111111111111/chats/1", "x"), {
      status: 404,
      slug: "application-not-found",
    });
  });

  it("finds by ?q=, by ?search_query= and by a JSON body the same bare array", async () => {
    const chat = await aChatWith(["one fish", "two birds", "red fish"]);
    const expected = [
      { number: 1, content: "one fish", created_at: time, highlights: [{ start: 4, length: 4 }] },
      { number: 3, content: "red fish", created_at: time, highlights: [{ start: 4, length: 4 }] },
    ];
    const replies = [
      await find(chat, "fish"),
      await ask("GET", `${chat}/search?search_query=fish`),
      await ask("GET", `${chat}/search`, { search_query: "fish" }),
      await ask("GET", `${chat}/search`, { search_query: "fish", chat_number: 1, number: 9 }),
    ];
    for (const { status, body } of replies) expect([status, body]).toEqual([200, expected]);
  });

  it("finds any part of any word in any language, at once and when indexed", async () => {
    const contents = ["Grüße aus Köln", "日本語のテキスト", "שלום עולם", "👩‍👩‍👧‍👦 family", "naïve CAFÉ", "x"];
    const chat = await aChatWith(contents);
    const expectAll = async (): Promise<void> => {
      for (const [query, numbers] of [
        ["üße a", [1]],
        ["GRUSSE", [1]],
        ["本語", [2]],
        ["の", [2]],
        ["ום עו", [3]],
        ["👩‍👩", [4]],
        ["cafe", [5]],
        ["a", [1, 4, 5]],
        ["x", [6]],
        ["nothing here", []],
      ] as const) {
        expect([query, await findNumbers(chat, query)]).toEqual([query, numbers]);
      }
    };
    await expectAll();
    await indexed();
    await expectAll();
  });

  it("stays in its chat and application", async () => {
    const [chat, sibling] = [await aChatWith(["secret plan"]), await aChatWith(["other"])];
    const { token: other } = await client.anApplication();
    await client.aChat(other);
    await indexed();
    expect(await findNumbers(chat, "secret")).toEqual([1]);
    expect(await findNumbers(sibling, "secret")).toEqual([]);
    expect(await findNumbers(`/${other}/chats/1`, "secret")).toEqual([]);
  });

  it("knows an edit and a delete at once, and still when they are indexed", async () => {
    const chat = await aChatWith(["apple", "apricot", "avocado"]);
    await indexed();
    await ask("PATCH", `${chat}/messages/1`, { message_content: "banana" });
    await ask("DELETE", `${chat}/messages/2`);
    const expectAll = async (): Promise<void> => {
      expect(await findNumbers(chat, "ap")).toEqual([]);
      expect((await find(chat, "nana")).body).toEqual([
        {
          number: 1,
          content: "banana",
          created_at: time,
          edited_at: time,
          highlights: [{ start: 2, length: 4 }],
        },
      ]);
      expect(await findNumbers(chat, "avo")).toEqual([3]);
    };
    await expectAll();
    await indexed();
    await expectAll();
  });
});

describe("the pages of a search", () => {
  let chat: string;
  const odd = [1, 3, 5, 7, 9, 11, 13];
  beforeAll(async () => {
    chat = await aChatWith(Array.from({ length: 14 }, (_, i) => (i % 2 ? `even ${i}` : `needle ${i}`)));
  });

  it("follow after, before, limit and order as lists do, at once and when indexed", async () => {
    const expectAll = async (): Promise<void> => {
      for (const [more, numbers] of [
        ["", odd],
        ["&order=desc", odd.toReversed()],
        ["&limit=2", [1, 3]],
        ["&limit=2&order=desc", [13, 11]],
        ["&after=3&before=9", [5, 7]],
        ["&after=13", []],
      ] as const) {
        expect([more, await findNumbers(chat, "needle", more)]).toEqual([more, numbers]);
      }
    };
    await expectAll();
    await indexed();
    await expectAll();
  });

  it.each(["asc", "desc"])("lead by Link to the end in order %s", async (order) => {
    await indexed();
    for (const limit of [1, 2, 3, 6, 7, 8]) {
      const hits = (await client.listAll(
        `${chat}/search?q=needle&limit=${limit}&order=${order}`,
      )) as unknown as Hit[];
      expect(hits.map(({ number }) => number)).toEqual(order === "asc" ? odd : odd.toReversed());
    }
  });

  it("have no Link when all was found", async () => {
    const { headers } = await find(chat, "needle", "&limit=7");
    expect(headers["link"]).toBeUndefined();
    expect((await find(chat, "needle", "&limit=6")).headers["link"]).toMatch(/cursor=11>; rel="next"$/);
  });
});
