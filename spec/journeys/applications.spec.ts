/** Applications, as their operator and their owner see them. */
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { bearer, createAsk, type Ask } from "../support/ask.ts";
import { createClient, type Client } from "../support/client.ts";
import { expectProblem } from "../support/problems.ts";
import { startWorld, type World } from "../support/world.ts";

const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
const uuid4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
type Shown = { application_token: string; application_name: string; created_at: string };

let world: World;
let ask: Ask;
let client: Client;
beforeAll(async () => {
  world = await startWorld({ withSearch: false });
  ask = createAsk(world.url);
  client = createClient(world.url);
});
afterAll(() => world.stop());

/** [token, headers] → the application's current ETag. */
async function etagOf(token: string): Promise<string> {
  return (await ask("GET", `/${token}`)).headers["etag"] ?? "";
}

describe("creating an application", () => {
  it.each([
    ["no name", {}],
    ["null as its name", { application_name: null }],
    ["an empty name", { application_name: "" }],
    ["a name of 256 characters", { application_name: "x".repeat(256) }],
  ])("is refused with %s", async (_, body) => {
    expectProblem(await ask("POST", "", body), {
      status: 422,
      slug: "invalid",
      pointer: "/application_name",
    });
  });

  it("gives a version 4 token and a secret, and the name back", async () => {
    const reply = await ask("POST", "", { application_name: "Shop 🛒" });
    expect(reply.status).toBe(201);
    expect(reply.headers["content-type"]).toMatch(/^application\/json; charset=utf-8$/);
    expect(reply.body).toEqual({
      type: "application",
      application_token: expect.stringMatching(uuid4),
      application_name: "Shop 🛒",
      application_secret: expect.stringMatching(/^\S{32,}$/),
    });
  });

  it("takes 255 code points, however many bytes they have", async () => {
    const application_name = "👩".repeat(255);
    const { status, body } = await ask("POST", "", { application_name });
    expect([status, (body as Shown).application_name]).toEqual([201, application_name]);
  });

  it("ignores fields that only the server sets, and unknown ones", async () => {
    const reply = await ask("POST", "", {
      application_name: "Mine",
      application_token: "11111111-1111-4111-8111-111111111111",
      application_secret: "chosen",
      chats_count: 7,
      created_at: "1999-01-01T00:00:00.000Z",
      colour: "red",
    });
    const { application_token: token, application_secret: secret } = reply.body as Record<string, string>;
    expect(token).not.toMatch(/^1111/);
    expect(secret).not.toBe("chosen");
    const { body } = await ask("GET", `/${token}`);
    expect(body).toMatchObject({ application_name: "Mine", chats_count: 0 });
    expect((body as Shown).created_at > "2020").toBe(true);
    expect((await ask("GET", "/11111111-1111-4111-8111-111111111111")).status).toBe(404);
  });
});

describe("one application", () => {
  it("is read right after its 201, and the same when it is stored; its secret is not shown again", async () => {
    const { token } = await client.anApplication("Fresh");
    const expected = {
      application_token: token,
      application_name: "Fresh",
      chats_count: expect.any(Number),
      created_at: time,
      updated_at: time,
    };
    const first = await ask("GET", `/${token}`);
    expect(first.status).toBe(200);
    expect(first.body).toEqual(expected);
    await world.drained();
    const { body, headers } = await ask("GET", `/${token}`);
    expect(body).toEqual(first.body);
    expect(headers["etag"]).toBe(first.headers["etag"]);
  });

  it.each(["PUT", "PATCH"] as const)("is renamed by %s at once, and its ETag changes", async (method) => {
    const { token } = await client.anApplication("Old");
    const before = await etagOf(token);
    const reply = await ask(method, `/${token}`, { application_name: "New" });
    expect(reply.status).toBe(200);
    expect(reply.body).toEqual({
      application_token: token,
      application_name: "New",
      chats_count: expect.any(Number),
      created_at: time,
      updated_at: time,
    });
    const { body, headers } = await ask("GET", `/${token}`);
    expect(body).toEqual(reply.body);
    expect(headers["etag"]).toBe(reply.headers["etag"]);
    expect(headers["etag"]).not.toBe(before);
  });

  it("keeps what only the server sets when it is renamed", async () => {
    const { token, secret } = await client.anApplication("Old");
    const { body: before } = await ask("GET", `/${token}`);
    await ask("PATCH", `/${token}`, {
      application_name: "New",
      application_token: "11111111-1111-4111-8111-111111111111",
      application_secret: "chosen",
      chats_count: 99,
      created_at: "1999-01-01T00:00:00.000Z",
      state: "deleted",
    });
    const { body } = await ask("GET", `/${token}`);
    expect(body).toEqual({ ...(before as object), application_name: "New", updated_at: time });
    expect((await ask("DELETE", `/${token}`, undefined, bearer(secret))).status).toBe(204);
  });

  it("answers 304 to the ETag it has, and 200 to another", async () => {
    const { token } = await client.anApplication();
    const etag = await etagOf(token);
    const same = await ask("GET", `/${token}`, undefined, { "If-None-Match": etag });
    expect([same.status, same.text, same.headers["etag"]]).toEqual([304, "", etag]);
    await ask("PATCH", `/${token}`, { application_name: "Other" });
    expect((await ask("GET", `/${token}`, undefined, { "If-None-Match": etag })).status).toBe(200);
  });

  it("is changed and deleted only under its present ETag where one is given", async () => {
    const { token, secret } = await client.anApplication("One");
    const stale = await etagOf(token);
    await ask("PATCH", `/${token}`, { application_name: "Two" });
    for (const method of ["PUT", "PATCH"] as const) {
      const refused = await ask(method, `/${token}`, { application_name: "Three" }, { "If-Match": stale });
      expectProblem(refused, { status: 412, slug: "stale-etag" });
    }
    const headers = { ...bearer(secret), "If-Match": stale };
    expectProblem(await ask("DELETE", `/${token}`, undefined, headers), { status: 412, slug: "stale-etag" });
    expect((await ask("GET", `/${token}`)).body).toMatchObject({ application_name: "Two" });

    const any = await ask("PATCH", `/${token}`, { application_name: "Four" }, { "If-Match": "*" });
    const named = { "If-Match": any.headers["etag"] ?? "" };
    expect((await ask("PUT", `/${token}`, { application_name: "Five" }, named)).status).toBe(200);
    const last = { ...bearer(secret), "If-Match": await etagOf(token) };
    expect((await ask("DELETE", `/${token}`, undefined, last)).status).toBe(204);
  });
});

describe("the list of applications", () => {
  const names: string[] = [];
  /** In the order that the design promises. */
  let all: Shown[];
  beforeAll(async () => {
    for (let i = 0; i < 7; i += 1) await client.anApplication(`Listed ${i}`);
    all = (await ask("GET", "?limit=200")).body as Shown[];
    names.push(...all.map(({ application_name }) => application_name));
  });

  it.each([["limit=0"], ["limit=201"], ["order=up"], ["after=5"], ["before=nobody"]])(
    "is refused with ?%s",
    async (query) => {
      const pointer = `/${query.split("=")[0] ?? ""}`;
      expectProblem(await ask("GET", `?${query}`), { status: 422, slug: "invalid", pointer });
    },
  );

  it("has every live application with the same fields as the single one, oldest first", async () => {
    const key = ({ created_at, application_token }: Shown): string => created_at + application_token;
    expect(all.map(key)).toEqual(all.map(key).toSorted());
    expect(names.filter((name) => name.startsWith("Listed"))).toEqual(
      [0, 1, 2, 3, 4, 5, 6].map((i) => `Listed ${i}`),
    );
    for (const shown of all.slice(-3)) {
      expect((await ask("GET", `/${shown.application_token}`)).body).toEqual(shown);
    }
  });

  it.each(["asc", "desc"])("leads by Link through every page in order %s to the end", async (order) => {
    const inOrder = order === "asc" ? all : all.toReversed();
    expect(await client.listAll(`?limit=3&order=${order}`)).toEqual(inOrder);
    await world.drained();
    expect(await client.listAll(`?limit=2&order=${order}`)).toEqual(inOrder);
  });

  it("begins behind `after` and ends before `before`", async () => {
    const at = (i: number): string => all[i]?.application_token ?? "";
    const between = await ask("GET", `?after=${at(1)}&before=${at(5)}`);
    expect(between.body).toEqual(all.slice(2, 5));
    expect(between.headers["link"]).toBeUndefined();
  });

  it("leads on also when the last application of a page is deleted before the next is read", async () => {
    const { token, secret } = await client.anApplication("Ephemeral");
    const { token: follower } = await client.anApplication("Follower");
    await ask("DELETE", `/${token}`, undefined, bearer(secret));
    const reply = await ask("GET", `?limit=1&after=${token}`);
    expect(reply.status).toBe(200);
    expect(reply.body).toMatchObject([{ application_token: follower }]);
  });
});
