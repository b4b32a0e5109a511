/** Search without Elasticsearch, which was never there or dies: by a scan of MySQL, with the same answers. */
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { bearer, createAsk } from "../support/ask.ts";
import { createClient, type Client } from "../support/client.ts";
import { expectProblem } from "../support/problems.ts";
import { createSearches, type Found, type Searches } from "../support/searches.ts";
import { waitUntil } from "../support/wait-until.ts";
import { startWorld, type World, type WorldOptions } from "../support/world.ts";
import { sendMany, upTo } from "../support/writers.ts";

type Setting = { world: World; client: Client; searches: Searches };

async function start(options: WorldOptions): Promise<Setting> {
  const world = await startWorld(options);
  const client = createClient(world.url);
  return { world, client, searches: createSearches({ world, ask: createAsk(world.url), client }) };
}

/** Every kind of question that the scan has an answer to. */
const questions = [
  {},
  { limit: 7 },
  { order: "desc", limit: 7 },
  { sort: "newest" },
  { sort: "relevance", limit: 7 },
  { count: "true", limit: 7 },
  { from: 10, to: 50 },
  { after: 10, before: 50, sort: "newest" },
  { sender: 7 },
  { count: "true", sender: 7, from: 8 },
  { after: "2026-01-01T00:00:00Z" },
  { before: "2026-01-01T00:00:00Z" },
] as const;
const isForChatsOnly = (question: object): boolean =>
  "from" in question || Number.isInteger(Reflect.get(question, "after"));

/** Two chats in which every third message has the needle, some of them edited or deleted. */
async function fill({ world, client, searches }: Setting): Promise<{ token: string; chats: string[] }> {
  const { token, secret } = await client.anApplication();
  const contents = upTo(60).map((i) =>
    i % 3 === 0 ? `A Nädelchen ${"x".repeat(i % 7)} 👩‍👩‍👧 ${i}` : `hay ${i}`,
  );
  const chats = [await searches.chatWith(token, contents), await searches.chatWith(token, contents)];
  for (const chat of chats) {
    await client.call("PUT", `${chat}/messages/3`, { message_content: "no more" });
    await client.call("DELETE", `${chat}/messages/6`);
  }
  await world.drained();
  // As if its author was known: with the edit it is a state of its own, which the index takes as any other.
  const { id } = await world.db("applications").where({ token }).first("id");
  const user = {
    application_id: id,
    number: 7,
    username: "ann",
    created_at: new Date(),
    updated_at: new Date(),
  };
  const [sender_id = 0] = await world.db("users").insert(user);
  await world.db("messages").where({ number: 7 }).update({ sender_id });
  for (const chat of chats) {
    const edit = { message_content: "one more NÄDEL" };
    await client.call("PATCH", `${chat}/messages/7`, edit, bearer(secret));
  }
  return { token, chats };
}

/** What is found in a chat and in the whole application, with what the headers say of it. */
async function answerAll(searches: Searches, { token, chats }: { token: string; chats: string[] }) {
  const inChats = questions.map((question) => [chats[0] ?? "", question] as const);
  const inAll = questions.filter((one) => !isForChatsOnly(one)).map((one) => [`/${token}`, one] as const);
  const found: Found[] = [];
  for (const [place, question] of [...inChats, ...inAll]) {
    found.push(await searches.find(place, "nadel", question));
  }
  return found.map(({ hits, headers }, i) => ({
    question: [...inChats, ...inAll][i],
    hits,
    link: headers["link"],
    count: headers["search-count"],
    partial: headers["search-partial"],
  }));
}

describe("with an index that dies and comes back", () => {
  let setting: Setting;
  beforeAll(async () => (setting = await start({ own: ["elasticsearch"] })), 100_000);
  afterAll(() => setting.world.stop());

  it("answers the same meanwhile, and by the index again afterwards", async () => {
    const { world, searches } = setting;
    await searches.indexMade();
    const filled = await fill(setting);
    const [chat = ""] = filled.chats;
    await searches.indexed();
    const elasticsearch = world.ownStore("elasticsearch");
    const withIndex = await answerAll(searches, filled);
    expect(withIndex.some(({ hits }) => hits.length > 7)).toBe(true);
    const indexedThrough = async () =>
      Number((await searches.find(chat, "nadel")).headers["search-indexed-through"]);
    const before = await indexedThrough();
    expect(before).toBeGreaterThan(60);

    await elasticsearch.kill();
    expect(await answerAll(searches, filled)).toEqual(withIndex);
    expect(await indexedThrough()).toBe(0);
    for (const mode of ["words", "fuzzy"]) {
      for (const place of [chat, `/${filled.token}`]) {
        const reply = await searches.request(place, { q: "more", mode });
        expectProblem(reply, { status: 503, slug: "unavailable" });
        expect(Number(reply.headers["retry-after"])).toBeGreaterThan(0);
      }
    }

    await elasticsearch.start();
    await waitUntil(async () => (await indexedThrough()) === before);
    expect(await answerAll(searches, filled)).toEqual(withIndex);
    expect((await searches.find(chat, "more", { mode: "words" })).numbers).toEqual([3, 7]);
  }, 120_000);
});

describe("without an index", () => {
  let setting: Setting;
  beforeAll(async () => (setting = await start({ withSearch: false, proxied: ["read-mysql"] })));
  afterAll(() => setting.world.stop());

  it("answers every kind of question but those that need one", async () => {
    const { client, searches } = setting;
    const filled = await fill(setting);
    const [plain, ...others] = await answerAll(searches, filled);
    expect(plain?.hits.map(({ number }) => number)).toEqual([
      7,
      ...upTo(20)
        .map((i) => 3 * i)
        .filter((i) => i > 6),
    ]);
    expect(others.filter(({ hits }) => hits.length === 0)).toHaveLength(3);
    expect(await searches.findAll(`/${filled.token}`, "nadel", { limit: 5 })).toHaveLength(38);
    for (const mode of ["words", "fuzzy"]) {
      const { token } = await client.anApplication();
      for (const place of [filled.chats[0] ?? "", `/${filled.token}`, `/${token}`]) {
        expectProblem(await searches.request(place, { q: "more", mode }), {
          status: 503,
          slug: "unavailable",
        });
      }
    }
  });

  it("finds a message of many chats once each, and counts it once", async () => {
    const { world, client, searches } = setting;
    const { token } = await client.anApplication();
    const numbers = upTo(230);
    for (const number of numbers) await client.send(token, await client.aChat(token), `a nadel ${number}`);
    await world.drained();
    const found = await searches.find(`/${token}`, "nadel", { limit: 200, count: "true" });
    expect(found.headers["search-count"]).toBe("230");
    const hits = await searches.findAll(`/${token}`, "nadel", { limit: 50 });
    expect(hits.map((hit) => hit.chat_number).toSorted((a = 0, b = 0) => a - b)).toEqual(numbers);
  }, 60_000);

  it("stops a scan that takes too long, says so, and goes on from there by the link", async () => {
    const { world, client, searches } = setting;
    const { token } = await client.anApplication();
    const chat = await client.aChat(token);
    await sendMany({ client, token, chat, total: 6000, writers: 50, label: "hay" });
    await client.send(token, chat, "a needle");
    await world.drained();
    const path = `/${token}/chats/${chat}`;
    const mysql = world.proxy("read-mysql");
    mysql.delay(60);
    const sentAt = performance.now();
    const first = await searches.find(path, "needle");
    expect(performance.now() - sentAt).toBeLessThan(5000);
    expect([first.numbers, first.headers["search-partial"]]).toEqual([[], "true"]);
    expect(first.headers["link"]).toMatch(/cursor=\d+/);
    expect((await searches.findAll(path, "needle")).map(({ number }) => number)).toEqual([6001]);

    for (const [place, more] of [
      [path, { sort: "relevance" }],
      [path, { count: "true" }],
      [`/${token}`, {}],
    ] as const) {
      const { headers } = await searches.find(place, "needle", more);
      expect(headers["search-partial"]).toBe("true");
    }
    mysql.heal();
    const whole = await searches.find(`/${token}`, "needle");
    expect([whole.numbers, whole.headers["search-partial"]]).toEqual([[6001], undefined]);
  }, 60_000);
});
