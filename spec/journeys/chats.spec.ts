/** Chats: numbered from 1 in their application, named or not, read, listed, changed. */
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { createAsk, type Ask } from "../support/ask.ts";
import { createClient, type Client } from "../support/client.ts";
import { expectProblem } from "../support/problems.ts";
import { startWorld, type World } from "../support/world.ts";

const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
type Shown = { chat_number: number };

let world: World;
let ask: Ask;
let client: Client;
beforeAll(async () => {
  world = await startWorld({ withSearch: false });
  ask = createAsk(world.url);
  client = createClient(world.url);
});
afterAll(() => world.stop());

async function chatNumbers(path: string): Promise<number[]> {
  return ((await ask("GET", path)).body as Shown[]).map(({ chat_number }) => chat_number);
}

describe("creating a chat", () => {
  it.each([
    ["/chat_name", "null as its name", { chat_name: null }],
    ["/chat_name", "an empty name", { chat_name: "" }],
    ["/chat_name", "a name of 256 characters", { chat_name: "x".repeat(256) }],
    ["/private", "private: 1", { chat_name: "x", private: 1 }],
  ])("is refused with a problem at %s for %s, without using a number", async (pointer, _, body) => {
    const { token } = await client.anApplication();
    expectProblem(await ask("POST", `/${token}/chats`, body), { status: 422, slug: "invalid", pointer });
    expect(await client.aChat(token)).toBe(1);
  });

  it("is refused in an application that there is not", async () => {
    const reply = await ask("POST", "/11111111-1111-4111-8111-111111111111/chats", { chat_name: "x" });
    expectProblem(reply, { status: 404, slug: "application-not-found" });
  });

  it("gives the next number, from 1 in each application", async () => {
    const { token } = await client.anApplication();
    const { token: other } = await client.anApplication();
    const first = await ask("POST", `/${token}/chats`, { chat_name: "Küche" });
    expect(first.status).toBe(201);
    expect(first.body).toEqual({
      type: "chat",
      application_token: token,
      chat_number: 1,
      chat_name: "Küche",
    });
    expect(await client.aChat(token)).toBe(2);
    expect(await client.aChat(other)).toBe(1);
  });

  it("needs no name; without one the field is left out, never null", async () => {
    const { token } = await client.anApplication();
    const { status, body } = await ask("POST", `/${token}/chats`, {});
    expect([status, body]).toEqual([201, { type: "chat", application_token: token, chat_number: 1 }]);
    const shown = { chat_number: 1, messages_count: expect.any(Number), created_at: time, updated_at: time };
    expect((await ask("GET", `/${token}/chats/1`)).body).toEqual(shown);
    expect((await ask("GET", `/${token}/chats`)).body).toEqual([shown]);
    await world.drained();
    expect((await ask("GET", `/${token}/chats/1`)).body).toEqual(shown);
  });

  it("gives each of 40 simultaneous requests its own number, without a gap", async () => {
    const { token } = await client.anApplication();
    const numbers = await Promise.all(Array.from({ length: 40 }, () => client.aChat(token)));
    expect(numbers.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 40 }, (_, i) => i + 1));
    expect(await chatNumbers(`/${token}/chats`)).toHaveLength(40);
  });

  it("ignores fields that only the server sets, and unknown ones", async () => {
    const { token } = await client.anApplication();
    const { token: other } = await client.anApplication();
    const { body } = await ask("POST", `/${token}/chats`, {
      chat_name: "Mine",
      chat_number: 77,
      number: 77,
      application_token: other,
      messages_count: 5,
      kind: "void",
      created_at: "1999-01-01T00:00:00.000Z",
    });
    expect(body).toEqual({ type: "chat", application_token: token, chat_number: 1, chat_name: "Mine" });
    const { body: shown } = await ask("GET", `/${token}/chats/1`);
    expect(shown).toMatchObject({ messages_count: 0, chat_name: "Mine" });
    expect((shown as { created_at: string }).created_at > "2020").toBe(true);
    expect(await chatNumbers(`/${other}/chats`)).toEqual([]);
  });
});

describe("one chat", () => {
  it("is 404 where there is none, and no other chat instead", async () => {
    const { token } = await client.anApplication();
    await client.aChat(token);
    const { token: other } = await client.anApplication();
    expectProblem(await ask("GET", `/${token}/chats/2`), { status: 404, slug: "chat-not-found" });
    expectProblem(await ask("GET", `/${other}/chats/1`), { status: 404, slug: "chat-not-found" });
    const renamed = await ask("PATCH", `/${other}/chats/1`, { chat_name: "Theirs" });
    expectProblem(renamed, { status: 404, slug: "chat-not-found" });
    expect((await ask("GET", `/${token}/chats/1`)).body).toMatchObject({ chat_name: "General" });
  });

  it.each(["PUT", "PATCH"] as const)("is renamed by %s right after its 201", async (method) => {
    const { token } = await client.anApplication();
    const chat = await client.aChat(token, "Old");
    const before = await ask("GET", `/${token}/chats/${chat}`);
    const reply = await ask(method, `/${token}/chats/${chat}`, {
      chat_name: "New",
      chat_number: 9,
      messages_count: 9,
    });
    expect(reply.status).toBe(200);
    expect(reply.body).toEqual({ ...(before.body as object), chat_name: "New", updated_at: time });
    const after = await ask("GET", `/${token}/chats/${chat}`);
    expect([after.body, after.headers["etag"]]).toEqual([reply.body, reply.headers["etag"]]);
    expect(after.headers["etag"]).not.toBe(before.headers["etag"]);
    expect(await chatNumbers(`/${token}/chats`)).toEqual([1]);
  });

  it.each(["PUT", "PATCH"] as const)("is not changed by %s without a name", async (method) => {
    const { token } = await client.anApplication();
    await client.aChat(token, "Old");
    const refused = await ask(method, `/${token}/chats/1`, { name: "New" });
    expectProblem(refused, { status: 422, slug: "invalid", pointer: "/chat_name" });
    expect((await ask("GET", `/${token}/chats/1`)).body).toMatchObject({ chat_name: "Old" });
  });

  it("answers 304 to the ETag it has, and 200 to another", async () => {
    const { token } = await client.anApplication();
    await client.aChat(token);
    const { headers } = await ask("GET", `/${token}/chats/1`);
    const known = { "If-None-Match": headers["etag"] ?? "" };
    expect((await ask("GET", `/${token}/chats/1`, undefined, known)).status).toBe(304);
    await ask("PATCH", `/${token}/chats/1`, { chat_name: "Other" });
    expect((await ask("GET", `/${token}/chats/1`, undefined, known)).status).toBe(200);
  });

  it("is changed and deleted only under its present ETag where one is given", async () => {
    const { token, secret } = await client.anApplication();
    await client.aChat(token, "One");
    const path = `/${token}/chats/1`;
    const stale = { "If-Match": (await ask("GET", path)).headers["etag"] ?? "" };
    await ask("PATCH", path, { chat_name: "Two" });
    for (const method of ["PUT", "PATCH"] as const) {
      const refused = await ask(method, path, { chat_name: "Three" }, stale);
      expectProblem(refused, { status: 412, slug: "stale-etag" });
    }
    const authorization = { Authorization: `Bearer ${secret}` };
    const refused = await ask("DELETE", path, undefined, { ...authorization, ...stale });
    expectProblem(refused, { status: 412, slug: "stale-etag" });
    expect((await ask("GET", path)).body).toMatchObject({ chat_name: "Two" });

    const any = await ask("PATCH", path, { chat_name: "Four" }, { "If-Match": "*" });
    expect(any.status).toBe(200);
    const present = { ...authorization, "If-Match": `"other", ${any.headers["etag"] ?? ""}` };
    expect((await ask("DELETE", path, undefined, present)).status).toBe(204);
  });
});

describe("the list of chats", () => {
  let token: string;
  beforeAll(async () => {
    ({ token } = await client.anApplication());
    for (let i = 1; i <= 7; i += 1) await client.aChat(token, `Chat ${i}`);
  });

  it.each(["limit=0", "limit=201", "limit=x", "order=up", "after=-1", "after=1.5", "before=x"])(
    "is refused with ?%s",
    async (query) => {
      const pointer = `/${query.split("=")[0] ?? ""}`;
      const reply = await ask("GET", `/${token}/chats?${query}`);
      expectProblem(reply, { status: 422, slug: "invalid", pointer });
    },
  );

  it("is a bare array, lowest number first, of what the single address gives", async () => {
    const { body, headers } = await ask("GET", `/${token}/chats`);
    expect(headers["link"]).toBeUndefined();
    const singles = await Promise.all(
      [1, 2, 3, 4, 5, 6, 7].map(async (number) => (await ask("GET", `/${token}/chats/${number}`)).body),
    );
    expect(body).toEqual(singles);
  });

  it.each([
    ["", [1, 2, 3, 4, 5, 6, 7]],
    ["?order=desc", [7, 6, 5, 4, 3, 2, 1]],
    ["?after=2&before=6", [3, 4, 5]],
    ["?after=2&before=6&order=desc", [5, 4, 3]],
    ["?limit=2", [1, 2]],
    ["?limit=2&order=desc", [7, 6]],
    ["?after=7", []],
    ["?before=1", []],
    ["?after=2147483647", []],
  ])("gives with %s the numbers %j", async (query, numbers) => {
    expect(await chatNumbers(`/${token}/chats${query}`)).toEqual(numbers);
  });

  it.each(["asc", "desc"])(
    "leads by Link to the end in order %s, whatever the page's size",
    async (order) => {
      await world.drained();
      const expected = order === "asc" ? [1, 2, 3, 4, 5, 6, 7] : [7, 6, 5, 4, 3, 2, 1];
      for (const limit of [1, 3, 7]) {
        const all = (await client.listAll(`/${token}/chats?limit=${limit}&order=${order}`)) as Shown[];
        expect(all.map(({ chat_number }) => chat_number)).toEqual(expected);
      }
      expect((await ask("GET", `/${token}/chats?limit=7&order=${order}`)).headers["link"]).toBeUndefined();
    },
  );
});
