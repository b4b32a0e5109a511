/** Which pages of other origins a browser lets call the API. */
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { startWorld, type World } from "../support/world.ts";
import { createClient } from "../support/client.ts";

const chat = "https://chat.example.com";
const strangers = [
  "https://evil.example.com",
  "null",
  "https://chat.example.com.evil.example.com",
  "http://chat.example.com",
];

type Reply = { status: number; allowed: string | null; credentials: string | null; headers: Headers };

async function ask(url: string, origin: string, init: RequestInit = {}): Promise<Reply> {
  const asked = new Headers(init.headers);
  asked.set("Origin", origin);
  const { status, headers } = await fetch(url, { ...init, headers: asked });
  return {
    status,
    allowed: headers.get("access-control-allow-origin"),
    credentials: headers.get("access-control-allow-credentials"),
    headers,
  };
}
const preflight = (method: string, headers: string): RequestInit => ({
  method: "OPTIONS",
  headers: { "Access-Control-Request-Method": method, "Access-Control-Request-Headers": headers },
});

/** An address of each service. */
async function addressesOf(world: World): Promise<string[]> {
  const client = createClient(world.url);
  const { token } = await client.anApplication();
  await client.aChat(token);
  const at = `${world.url}/api/applications/${token}`;
  return [`${at}/chats/1/messages`, `${at}/users`];
}

describe("where no origin is configured", () => {
  let world: World;
  beforeAll(async () => (world = await startWorld({ withSearch: false, accountServices: 1 })));
  afterAll(() => world.stop());

  it("none is allowed", async () => {
    for (const url of await addressesOf(world)) {
      for (const origin of [chat, ...strangers]) {
        expect(await ask(url, origin)).toMatchObject({ status: 200, allowed: null, credentials: null });
        expect(await ask(url, origin, preflight("POST", "authorization"))).toMatchObject({
          status: 405,
          allowed: null,
        });
      }
    }
  });
});

describe("where origins are configured", () => {
  let world: World;
  beforeAll(async () => {
    const env = {
      CORS_ORIGINS: `${chat}, https://app.example.com`,
      CORS_HEADERS: "Authorization,Content-Type",
    };
    world = await startWorld({ withSearch: false, accountServices: 1, env });
  });
  afterAll(() => world.stop());

  it("these alone are allowed, never with credentials", async () => {
    for (const url of await addressesOf(world)) {
      const reply = await ask(url, chat);
      expect(reply).toMatchObject({ status: 200, allowed: chat, credentials: null });
      expect(reply.headers.get("vary")).toMatch(/Origin/);
      expect(reply.headers.get("access-control-expose-headers")).toMatch(/Link/);
      const before = await ask(url, chat, preflight("PATCH", "authorization,x-other"));
      expect(before).toMatchObject({ status: 204, allowed: chat, credentials: null });
      expect(before.headers.get("access-control-allow-methods")).toMatch(/PATCH/);
      expect(before.headers.get("access-control-allow-headers")).toBe("Authorization,Content-Type");
      for (const origin of strangers) {
        expect(await ask(url, origin)).toMatchObject({ allowed: null, credentials: null });
        expect(await ask(url, origin, preflight("POST", "authorization"))).toMatchObject({ allowed: null });
      }
    }
  });

  it("also refusals can be read by them", async () => {
    const [url = ""] = await addressesOf(world);
    expect(await ask(`${url}/9`, chat)).toMatchObject({ status: 404, allowed: chat });
  });
});
