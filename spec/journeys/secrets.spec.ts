/** The application secret: what it guards, and how it is replaced. */
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { bearer, createAsk, type Ask, statusesOf } from "../support/ask.ts";
import { createClient, type Client } from "../support/client.ts";
import { expectProblem } from "../support/problems.ts";
import { startWorld, type World } from "../support/world.ts";

const operatorKey = "an-operator-key-of-more-than-32-characters";
let world: World;
let ask: Ask;
let client: Client;
beforeAll(async () => {
  world = await startWorld({ withSearch: false, env: { OPERATOR_KEY: operatorKey } });
  ask = createAsk(world.url);
  client = createClient(world.url);
});
afterAll(() => world.stop());

/** An application with one chat, and the paths that only its secret opens. */
async function aGuarded(): Promise<{
  token: string;
  secret: string;
  guarded: ["DELETE" | "POST", string][];
}> {
  const { token, secret } = await client.anApplication();
  await client.aChat(token);
  return {
    token,
    secret,
    guarded: [
      ["DELETE", `/${token}`],
      ["DELETE", `/${token}/chats/1`],
      ["POST", `/${token}/secret`],
    ],
  };
}

async function rotate(token: string, credential: string): Promise<string> {
  const reply = await ask("POST", `/${token}/secret`, undefined, bearer(credential));
  expect(reply.status).toBe(201);
  expect(reply.body).toEqual({
    application_token: token,
    application_secret: expect.stringMatching(/^\S{32,}$/),
  });
  return (reply.body as { application_secret: string }).application_secret;
}

describe("what the application secret guards", () => {
  it.each([
    ["nothing", {}],
    ["a Basic credential", { Authorization: "Basic dXNlcjpwYXNz" }],
    ["an empty Bearer", { Authorization: "Bearer " }],
  ])("is 401 with %s, and says how to add a credential", async (_, headers) => {
    const { token, guarded } = await aGuarded();
    for (const [method, path] of guarded) {
      const reply = await ask(method, path, undefined, headers);
      expectProblem(reply, { status: 401, slug: "credential-missing", detail: /Authorization: Bearer/ });
      expect(reply.headers["www-authenticate"]).toMatch(/^Bearer/);
    }
    expect((await ask("GET", `/${token}/chats/1`)).status).toBe(200);
  });

  it("is 403 with a wrong secret, another application's secret, the token, and a huge one", async () => {
    const { token, guarded } = await aGuarded();
    const other = await client.anApplication("Other");
    for (const wrong of ["wrong", other.secret, token, "x".repeat(4000)]) {
      for (const [method, path] of guarded) {
        const reply = await ask(method, path, undefined, bearer(wrong));
        expectProblem(reply, { status: 403, slug: "credential-wrong" });
      }
    }
    expect((await ask("GET", `/${token}/chats/1`)).status).toBe(200);
  });

  it("is not opened by the operator key where the design does not say so", async () => {
    const { token } = await aGuarded();
    expect((await ask("DELETE", `/${token}`, undefined, bearer(operatorKey))).status).toBe(403);
    expect((await ask("GET", `/${token}`)).status).toBe(200);
  });

  it("is opened by the secret", async () => {
    const { token, secret } = await aGuarded();
    expect((await ask("DELETE", `/${token}/chats/1`, undefined, bearer(secret))).status).toBe(204);
    expect((await ask("DELETE", `/${token}`, undefined, bearer(secret))).status).toBe(204);
  });
});

describe("a new secret", () => {
  it("is refused for an application that there is not", async () => {
    const path = "/11111111-1111-4111-8111-111111111111/secret";
    const reply = await ask("POST", path, undefined, bearer(operatorKey));
    expectProblem(reply, { status: 404, slug: "application-not-found" });
  });

  it("makes the old one 403 everywhere, and opens everything itself", async () => {
    const { token, secret, guarded } = await aGuarded();
    const fresh = await rotate(token, secret);
    expect(fresh).not.toBe(secret);
    for (const [method, path] of guarded) {
      const reply = await ask(method, path, undefined, bearer(secret));
      expectProblem(reply, { status: 403, slug: "credential-wrong" });
    }
    expect(await rotate(token, fresh)).not.toBe(fresh);
  });

  it("comes by the operator key, too, when the present one is lost", async () => {
    const { token, secret } = await aGuarded();
    const fresh = await rotate(token, operatorKey);
    expect((await ask("DELETE", `/${token}`, undefined, bearer(secret))).status).toBe(403);
    expect((await ask("DELETE", `/${token}`, undefined, bearer(fresh))).status).toBe(204);
  });

  it("comes right after the 201 of the application", async () => {
    const { token, secret } = await client.anApplication("Just made");
    await rotate(token, secret);
  });

  it("is given once when two ask with the same secret at the same time", async () => {
    const { token, secret } = await aGuarded();
    const replies = await Promise.all(
      [1, 2, 3].map(() => ask("POST", `/${token}/secret`, undefined, bearer(secret))),
    );
    expect(statusesOf(replies)).toEqual([201, 403, 403]);
  });
});

describe("the operator of this machine", () => {
  it("is everybody who asks for a loopback address, and by a name only who has the key", async () => {
    const body = { application_name: "Local" };
    expect(await ask("GET", "")).toMatchObject({ status: 200 });
    for (const host of ["chat.example.com", "127.0.0.1.example.com", "192.168.0.7"]) {
      const named = { Host: host, "X-Forwarded-Host": "127.0.0.1" };
      expectProblem(await ask("GET", "", undefined, named), { status: 401, slug: "credential-missing" });
      expectProblem(await ask("POST", "", body, named), { status: 401, slug: "credential-missing" });
      const known = { ...named, ...bearer(operatorKey) };
      expect(await ask("POST", "", body, known)).toMatchObject({ status: 201 });
    }
  });
});
