/** Filters, orders, pages and totals of a search: stored, pending, edited or deleted, with the index and beyond it. */
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { createAsk, type Ask } from "../support/ask.ts";
import { createClient, type Client } from "../support/client.ts";
import { as, createPeople } from "../support/people.ts";
import { expectProblem } from "../support/problems.ts";
import { createSearches, type Searches } from "../support/searches.ts";
import { startWorld, type World } from "../support/world.ts";
import { upTo } from "../support/writers.ts";

let world: World;
let ask: Ask;
let client: Client;
let searches: Searches;
let token: string;
let chat: string;
/** Every third has the needle; they get longer and shorter by turns. */
const contents = upTo(60).map((i) => `${i % 3 === 0 ? "needle" : "hay"} ${"x".repeat((i * 7) % 40)}`);
const withNeedle = upTo(60).filter((i) => i % 3 === 0);

beforeAll(async () => {
  world = await startWorld({ accountServices: 1 });
  ask = createAsk(world.url);
  client = createClient(world.url);
  searches = createSearches({ world, ask, client });
  const { token: made, secret } = await client.anApplication();
  token = made;
  const people = createPeople(ask);
  const [ann, ben] = [await people.mint(token, secret), await people.mint(token, secret)];
  const authors = new Map([
    [3, ann],
    [6, ann],
    [9, ben],
  ]);
  chat = `/${token}/chats/${await client.aChat(token)}`;
  for (const [i, content] of contents.entries()) {
    const author = authors.get(i + 1);
    const headers = author ? as(author) : {};
    await people.must(201, "POST", `${chat}/messages`, { message_content: content }, headers);
  }
}, 60_000);
afterAll(() => world.stop());

describe("a search", () => {
  it.each([
    ["/mode", "mode=like"],
    ["/sort", "sort=best"],
    ["/sort", "sort=name;DROP"],
    ["/cursor", "cursor=x"],
    ["/cursor", "cursor=1.2"],
    ["/cursor", "sort=relevance&cursor=1"],
    ["/after", "after=yesterday"],
    ["/after", "after=2026-01-31"],
    ["/before", "before=2026-02-31T12:00:00Z"],
    ["/after", "after=-1"],
    ["/from", "from=0"],
    ["/to", "to=1e3"],
    ["/sender", "sender=anna"],
    ["/sender", "sender=0"],
    ["/count", "count=yes"],
  ])("is refused at %s with %s", async (pointer, query) => {
    const reply = await ask("GET", `${chat}/search?q=needle&${query}`);
    expectProblem(reply, { status: 422, slug: "invalid", pointer });
  });
});

async function times(): Promise<string[]> {
  const { hits } = await searches.find(chat, "needle");
  return hits.map((hit) => hit.created_at);
}

describe.each([
  ["at once", async () => undefined],
  ["when indexed", () => searches.indexed()],
])("%s", (_when, until) => {
  beforeAll(until, 100_000);

  it("takes numbers from and to, after and before, and a sender", async () => {
    for (const [more, numbers] of [
      [{ from: 9, to: 15 }, [9, 12, 15]],
      [{ after: 9, before: 15 }, [12]],
      [{ after: 9, from: 3, to: 12 }, [12]],
      [{ from: 61 }, []],
      [{ sender: 1 }, [3, 6]],
      [{ sender: 2, to: 8 }, []],
      [{ sender: 9 }, []],
      [{ to: 9, order: "desc" }, [9, 6, 3]],
      [{ to: 9, sort: "newest" }, [9, 6, 3]],
      [{ to: 9, sort: "oldest", order: "desc" }, [3, 6, 9]],
    ] as const) {
      expect([more, (await searches.find(chat, "needle", more)).numbers]).toEqual([more, numbers]);
    }
  });

  it("takes times, which are not part of what is between them", async () => {
    const at = await times();
    const [third, fifth] = [at[2] ?? "", at[4] ?? ""];
    const between = (await searches.find(chat, "needle", { after: third, before: fifth })).hits;
    expect(between.map((hit) => hit.created_at)).toEqual(at.filter((time) => time > third && time < fifth));
    const offset = new Date(Date.parse(fifth) + 7_200_000).toISOString().replace("Z", "+02:00");
    expect((await searches.find(chat, "needle", { after: offset })).hits).toHaveLength(
      at.filter((time) => time > fifth).length,
    );
  });

  it("sorts by relevance: the shorter the message the better, the newest first among equals", async () => {
    const { numbers } = await searches.find(chat, "needle", { sort: "relevance" });
    const expected = withNeedle.toSorted(
      (a, b) => (contents[a - 1] ?? "").length - (contents[b - 1] ?? "").length || b - a,
    );
    expect(numbers).toEqual(expected);
  });

  it.each(["oldest", "newest", "relevance"])(
    "leads to the end in pages of any size, sorted by %s",
    async (sort) => {
      const whole = (await searches.find(chat, "needle", { sort })).numbers;
      for (const limit of [1, 3, 19, 20, 21]) {
        const paged = await searches.findAll(chat, "needle", { sort, limit });
        expect(paged.map(({ number }) => number)).toEqual(whole);
      }
    },
  );

  it("counts all there are, whatever the page", async () => {
    for (const [more, count] of [
      [{}, "20"],
      [{ limit: 1 }, "20"],
      [{ limit: 1, sort: "relevance" }, "20"],
      [{ limit: 5, cursor: 30, sort: "oldest" }, "20"],
      [{ from: 9, to: 15 }, "3"],
      [{ sender: 1 }, "2"],
    ] as const) {
      const { headers } = await searches.find(chat, "needle", { count: "true", ...more });
      expect([more, headers["search-count"]]).toEqual([more, count]);
    }
    expect((await searches.find(chat, "nowhere", { count: "true" })).headers["search-count"]).toBe("0");
    expect((await searches.find(chat, "needle")).headers["search-count"]).toBeUndefined();
  });
});

it("counts pending, edited and deleted messages as they are now", async () => {
  const own = await searches.chatWith(token, ["apple 1", "apple 2", "pear 3", "apple 4"]);
  await searches.indexed();
  await client.call("PATCH", `${own}/messages/3`, { message_content: "apple 3" });
  await client.call("PATCH", `${own}/messages/1`, { message_content: "pear 1" });
  await client.call("DELETE", `${own}/messages/2`);
  for (let i = 5; i <= 14; i += 1) {
    await client.call("POST", own, { message_content: `apple ${i}` });
    const { headers, numbers } = await searches.find(own, "apple", { count: "true", limit: 2 });
    expect([headers["search-count"], numbers]).toEqual([String(i - 2), [3, 4]]);
  }
});

it.each(["oldest", "newest", "relevance"])(
  "gives each hit once, and all there were, while messages go on arriving, sorted by %s",
  async (sort) => {
    const own = await searches.chatWith(
      token,
      upTo(120).map((i) => `steady ${"y".repeat((i * 11) % 50)}`),
    );
    const arrive = () => client.call("POST", own, { message_content: "steady newcomer" });
    const hits = await searches.findAll(own, "steady", { sort, limit: 7 }, arrive);
    const numbers = hits.map(({ number }) => number);
    expect(new Set(numbers).size).toBe(numbers.length);
    expect(numbers.filter((number) => number <= 120).sort((a, b) => a - b)).toEqual(upTo(120));
  },
);

it("tells up to which change the index was searched", async () => {
  const own = await searches.chatWith(token, ["one", "two"]);
  await searches.indexed();
  expect((await searches.find(own, "o")).headers["search-indexed-through"]).toBe("2");
  await client.call("POST", own, { message_content: "three" });
  expect((await searches.find(own, "three")).headers["search-indexed-through"]).toBe("2");
});

it("leads on from a query in the body by one in the address", async () => {
  const { headers } = await ask("GET", `${chat}/search?limit=2`, { search_query: "needle" });
  expect(headers["link"]).toMatch(/\?limit=2&q=needle&cursor=6>; rel="next"$/);
});
