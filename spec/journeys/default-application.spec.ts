/** DEFAULT_APPLICATION: one application is there from the first start, and its addresses need no token. */
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import request from "supertest";
import { createAsk } from "../support/ask.ts";
import { bearer } from "../support/ask.ts";
import { password, type Tokens } from "../support/people.ts";
import { expectProblem } from "../support/problems.ts";
import { waitUntil } from "../support/wait-until.ts";
import { startWorld, type World } from "../support/world.ts";

let world: World;

const get = (path: string, headers = {}) => request(world.url).get(`/api${path}`).set(headers);
const post = (path: string, body: object, headers = {}) =>
  request(world.url).post(`/api${path}`).set(headers).send(body);

describe("the default application", () => {
  beforeAll(async () => {
    const env = { DEFAULT_APPLICATION: "Our chat" };
    world = await startWorld({ withSearch: false, accountServices: 1, createServices: 2, env });
  });
  afterAll(() => world.stop());

  it("is made once, and serves its addresses without a token", async () => {
    await waitUntil(async () => (await get("/applications/default")).status === 200);
    await world.drained();
    expect(await world.db("applications").where({ name: "Our chat" })).toHaveLength(1);

    expect((await post("/register", { username: "ann", password })).body).toMatchObject({ user_number: 1 });
    const login = (await post("/login", { username: "ann", password })).body as Tokens;
    const ann = bearer(login.access_token);
    expect((await post("/messages", { message_content: "hello all" }, ann)).body).toMatchObject({
      chat_number: "common",
      message_number: 1,
    });
    expect((await post("/chats", { chat_name: "General" })).body).toMatchObject({ chat_number: 1 });
    expect((await post("/chats/1/messages", { message_content: "Grüße" })).status).toBe(201);
    expect((await get("/chats/1/search?q=grusse")).body).toMatchObject([{ number: 1 }]);
    expect((await get("/search?q=hello")).body).toMatchObject([{ chat_number: "common" }]);
    expect((await get("/users/me", ann)).body).toMatchObject({ username: "ann" });
    expect((await get("/users?query=an")).body).toMatchObject([{ user_number: 1 }]);
    expect((await get("/sessions", ann)).body).toHaveLength(1);
    expect((await get("/messages")).body).toMatchObject([{ sender: { username: "ann" } }]);
    expect((await post("/messages", { message_content: "more" }, ann)).status).toBe(201);
    const { link = "" } = (await get("/messages?limit=1")).headers as { link?: string };
    const next = /<\/api([^>]+)>/.exec(link)?.[1] ?? "";
    expect((await get(next)).body).toMatchObject([{ message_number: 2 }]);
    expect((await post("/token/renew", { refresh_token: login.refresh_token })).status).toBe(200);
  });

  it("is the same after a restart", async () => {
    await world.killCreate(0);
    await world.ready();
    await world.drained();
    expect(await world.db("applications").where({ name: "Our chat" })).toHaveLength(1);
  });

  it("takes nothing from others: what is no such address is not found", async () => {
    const ask = createAsk(world.url);
    for (const path of ["/nothing", "/registers", "/profile", "/chats/9"]) {
      expect((await get(path)).status).toBe(404);
    }
    expectProblem(await ask("GET", "/defaults"), { status: 404, slug: "application-not-found" });
  });
});

describe("where none is configured", () => {
  beforeAll(async () => {
    world = await startWorld({ withSearch: false });
  });
  afterAll(() => world.stop());

  it("its addresses lead nowhere", async () => {
    for (const path of ["/messages", "/chats", "/applications/default"]) {
      expect((await get(path)).status).toBe(404);
    }
  });
});
