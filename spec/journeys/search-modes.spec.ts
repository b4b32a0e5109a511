/** Search by words, and with typing errors: at once, and when indexed. */
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { createAsk } from "../support/ask.ts";
import { createClient } from "../support/client.ts";
import { expectProblem } from "../support/problems.ts";
import { createSearches, highlighted, type Searches } from "../support/searches.ts";
import { startWorld, type World } from "../support/world.ts";

const messages = [
  "The dogs were running through old houses",
  "Die Häuser am Meer sind teuer",
  "Мы шли между домами весной",
  "قرأت الكتاب في المدينة",
  "我在北京大学学习计算机",
  "東京タワーを見ました",
  "오늘 학교에서 만나요",
  "ฉันชอบกินข้าวผัด",
  "I did not receive your message yesterday",
  "I recieve yuor mesage now, at last, in the end, at the very end",
  "cat car can",
  "les élèves étaient là",
];

let world: World;
let searches: Searches;
let chat: string;
beforeAll(async () => {
  world = await startWorld();
  const client = createClient(world.url);
  searches = createSearches({ world, ask: createAsk(world.url), client });
  await searches.indexMade();
  const { token } = await client.anApplication();
  chat = await searches.chatWith(token, messages);
});
afterAll(() => world.stop());

describe("a search by words or with typing errors", () => {
  it.each(["words", "fuzzy"])("is refused where there is no word, in mode %s", async (mode) => {
    const reply = await searches.request(chat, { q: "?! …", mode });
    expectProblem(reply, { status: 422, slug: "invalid", pointer: "/q" });
  });

  it("is refused in a mode that there is not", async () => {
    const reply = await searches.request(chat, { q: "x", mode: "regexp" });
    expectProblem(reply, { status: 422, slug: "invalid", pointer: "/mode" });
  });
});

describe.each([
  ["at once", async () => undefined],
  ["when indexed", () => searches.indexed()],
])("%s", (_when, until) => {
  beforeAll(until, 100_000);

  it.each([
    ["houses dogs", 1, ["dogs", "houses"]],
    ["house run", 1, ["running", "houses"]],
    ["HAUS", 2, ["Häuser"]],
    ["haus meere", 2, ["Häuser", "Meer"]],
    ["дом", 3, ["домами"]],
    ["كتاب", 4, ["الكتاب"]],
    ["学习 北京", 5, ["北京", "学习"]],
    ["学", 5, ["学", "学"]],
    ["タワー", 6, ["タワー"]],
    ["학교", 7, ["학교"]],
    ["ข้าว กิน", 8, ["กิน", "ข้าว"]],
    ["etaient eleves", 12, ["élèves", "étaient"]],
  ] as const)("finds every word of %s, in any order and form", async (query, number, shown) => {
    const { hits, numbers } = await searches.find(chat, query, { mode: "words" });
    expect(numbers).toEqual([number]);
    expect(hits.map(highlighted)).toEqual([shown]);
  });

  it.each(["houses cats", "unning", "大京", "dogs dogs birds"])(
    "does not find %s by words",
    async (query) => {
      expect((await searches.find(chat, query, { mode: "words" })).numbers).toEqual([]);
    },
  );

  it.each([
    ["receive", [9, 10]],
    ["recieve mesage", [9, 10]],
    ["massage", [9]],
    ["mesasge", [9, 10]],
    ["hauser", [2]],
    ["runing", [1]],
    ["dogs", [1]],
    ["dgos", [1]],
    ["yesterdya", [9]],
    ["yestreda", [9]],
    ["can", [11]],
    ["cap", []],
    ["receiving", []],
    ["домоми", [3]],
  ] as const)("finds %s with typing errors, in words that are not short", async (query, numbers) => {
    expect((await searches.find(chat, query, { mode: "fuzzy" })).numbers).toEqual(numbers);
  });

  it("shows which words were taken for those of the query", async () => {
    const { hits } = await searches.find(chat, "recieve message", { mode: "fuzzy" });
    expect(hits.map(highlighted)).toEqual([
      ["receive", "message"],
      ["recieve", "mesage"],
    ]);
  });

  it("puts what has the words as they are first, by relevance, whatever its length", async () => {
    const byRelevance = { mode: "fuzzy", sort: "relevance" };
    expect((await searches.find(chat, "recieve", byRelevance)).numbers).toEqual([10, 9]);
    expect((await searches.find(chat, "receive", byRelevance)).numbers).toEqual([9, 10]);
    expect((await searches.find(chat, "the", { mode: "words", sort: "relevance" })).numbers).toEqual([1, 10]);
  });

  it("pages and counts in each mode", async () => {
    for (const mode of ["words", "fuzzy"]) {
      for (const sort of ["oldest", "newest", "relevance"]) {
        const all = await searches.findAll(chat, "receive", { mode, sort, limit: 1 });
        expect(all.map(({ number }) => number).sort((a, b) => a - b)).toEqual(
          mode === "words" ? [9] : [9, 10],
        );
        const { headers } = await searches.find(chat, "receive", { mode, sort, count: "true" });
        expect(headers["search-count"]).toBe(mode === "words" ? "1" : "2");
      }
    }
  });
});
