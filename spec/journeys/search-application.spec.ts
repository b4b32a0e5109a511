/** Search in all chats of an application. */
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { createAsk, bearer, type Ask } from "../support/ask.ts";
import { createClient, type Client } from "../support/client.ts";
import { expectProblem } from "../support/problems.ts";
import { createSearches, highlighted, type Searches } from "../support/searches.ts";
import { startWorld, type World } from "../support/world.ts";

let world: World;
let ask: Ask;
let client: Client;
let searches: Searches;
beforeAll(async () => {
  world = await startWorld();
  ask = createAsk(world.url);
  client = createClient(world.url);
  searches = createSearches({ world, ask, client });
});
afterAll(() => world.stop());

/** As `chat:number`. */
async function places(token: string, query: string, more = {}): Promise<string[]> {
  const hits = await searches.findAll(`/${token}`, query, more);
  return hits.map(({ chat_number: chat, number }) => `${chat}:${number}`);
}

/** Chats whose messages come by turns. */
async function anApplicationOf(chats: number, rounds: number) {
  const application = await client.anApplication();
  const { token } = application;
  for (let i = 0; i < chats; i += 1) await client.aChat(token);
  const sent: string[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    for (let chat = 1; chat <= chats; chat += 1) {
      await client.send(token, chat, `plum ${"z".repeat(round * chat)}`);
      sent.push(`${chat}:${round}`);
    }
  }
  return { ...application, sent };
}

describe("a search in an application", () => {
  it.each([
    ["/from", "q=a&from=1"],
    ["/to", "q=a&to=1"],
    ["/after", "q=a&after=1"],
    ["/q", "q="],
    ["/q", ""],
    ["/cursor", "q=a&cursor=1"],
    ["/limit", "q=a&limit=201"],
  ])("is refused at %s with %s", async (pointer, query) => {
    const { token } = await client.anApplication();
    expectProblem(await ask("GET", `/${token}/search?${query}`), { status: 422, slug: "invalid", pointer });
  });

  it("is refused by other methods, for an unknown token, and for a deleted application", async () => {
    const { token, secret } = await client.anApplication();
    const wrong = await ask("POST", `/${token}/search`, { search_query: "x" });
    expectProblem(wrong, { status: 405, slug: "method-not-allowed" });
    expect(wrong.headers["allow"]).toBe("GET");
    const unknown = await ask("GET", "/11111111-1111-4111-8111-111111111111/search?q=x");
    expectProblem(unknown, { status: 404, slug: "application-not-found" });
    await ask("DELETE", `/${token}`, undefined, bearer(secret));
    expectProblem(await ask("GET", `/${token}/search?q=x`), { status: 410, slug: "application-deleted" });
  });

  it("finds nothing in one that is new", async () => {
    const { token } = await client.anApplication();
    expect(await places(token, "x")).toEqual([]);
  });

  it("finds in every chat, oldest first, at once and when indexed, in every order and page", async () => {
    const { token, sent } = await anApplicationOf(4, 5);
    const expectAll = async (): Promise<void> => {
      expect(await places(token, "plum")).toEqual(sent);
      for (const limit of [1, 7, 19, 20, 21]) {
        expect(await places(token, "PLUM", { limit, sort: "newest" })).toEqual(sent.toReversed());
      }
      const byRelevance = await places(token, "plum", { limit: 3, sort: "relevance" });
      expect(byRelevance[0]).toBe("1:1");
      expect(byRelevance.toSorted()).toEqual(sent.toSorted());
      const { hits, headers } = await searches.find(`/${token}`, "m zzzz", { count: "true", limit: 2 });
      expect(headers["search-count"]).toBe("15");
      expect(hits.map(highlighted)).toEqual([["m zzzz"], ["m zzzz"]]);
    };
    await expectAll();
    await searches.indexed();
    await expectAll();
  }, 120_000);

  it("knows edits, deletes and what has just been sent, in each chat", async () => {
    const { token } = await anApplicationOf(3, 2);
    await searches.indexed();
    await ask("PATCH", `/${token}/chats/1/messages/1`, { message_content: "fig" });
    await ask("DELETE", `/${token}/chats/2/messages/2`);
    await client.send(token, 3, "plum pudding");
    const expectAll = async (): Promise<void> => {
      expect(await places(token, "plum")).toEqual(["2:1", "3:1", "1:2", "3:2", "3:3"]);
      expect(await places(token, "fig")).toEqual(["1:1"]);
    };
    await expectAll();
    await searches.indexed();
    await expectAll();
  });

  it("finds what is in a chat that is not stored yet, and nothing in one that was deleted", async () => {
    const { token, secret } = await anApplicationOf(2, 3);
    await searches.indexed();
    await ask("DELETE", `/${token}/chats/1`, undefined, bearer(secret));
    const expected = ["2:1", "2:2", "2:3"];
    expect(await places(token, "plum")).toEqual(expected);
    expect((await searches.find(`/${token}`, "plum", { count: "true" })).headers["search-count"]).toBe("3");
    for (let i = 0; i < 5; i += 1) {
      const chat = await client.aChat(token);
      await client.send(token, chat, "plum jam");
      expected.push(`${chat}:1`);
      expect(await places(token, "plum")).toEqual(expected);
    }
  });

  it("stays in its application", async () => {
    const { token: one } = await anApplicationOf(1, 2);
    const { token: other } = await anApplicationOf(1, 2);
    await client.send(one, 1, "a secret of one");
    await searches.indexed();
    for (const mode of ["contains", "words", "fuzzy"]) {
      expect(await places(one, "secret", { mode })).toEqual(["1:3"]);
      expect(await places(other, "secret", { mode })).toEqual([]);
    }
    const smuggled = { search_query: "secret", application_token: one, chat_number: 1 };
    expect((await ask("GET", `/${other}/search`, smuggled)).body).toEqual([]);
  });

  it("filters by time, and finds words and typing errors", async () => {
    const { token } = await client.anApplication();
    await client.aChat(token);
    await client.aChat(token);
    await client.send(token, 1, "the houses were running");
    const { hits } = await searches.find(`/${token}`, "houses");
    const at = hits[0]?.created_at ?? "";
    await client.send(token, 2, "a house ran");
    expect(await places(token, "house", { after: at })).toEqual(["2:1"]);
    expect(await places(token, "house", { before: at })).toEqual([]);
    await searches.indexed();
    expect(await places(token, "house", { mode: "words" })).toEqual(["1:1", "2:1"]);
    expect(await places(token, "hosues", { mode: "fuzzy" })).toEqual(["1:1"]);
  });
});
