/** Every address with what it does not take: other methods, unknown and malformed tokens and numbers. */
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { askRaw, createAsk, requestBytes, type Ask, type HttpReply, type Method } from "../support/ask.ts";
import { createClient } from "../support/client.ts";
import { allowed, expectProblem } from "../support/problems.ts";
import { startWorld, type World } from "../support/world.ts";

/** design.md section 6; what is behind /applications, with T for the token. */
const addresses: [path: string, methods: Method[]][] = [
  ["", ["GET", "POST"]],
  ["/T", ["DELETE", "GET", "PATCH", "PUT"]],
  ["/T/secret", ["POST"]],
  ["/T/search", ["GET"]],
  ["/T/chats", ["GET", "POST"]],
  ["/T/chats/1", ["DELETE", "GET", "PATCH", "POST", "PUT"]],
  ["/T/chats/1/messages", ["GET", "POST"]],
  ["/T/chats/1/messages/1", ["DELETE", "GET", "PATCH", "PUT"]],
  ["/T/chats/1/search", ["GET"]],
  ["/T/chats/1/continuity", ["GET"]],
  ["/T/chats/1/changes", ["GET"]],
  ["/T/chats/1/read", ["GET", "PUT"]],
  ["/T/chats/1/members", ["GET"]],
  ["/T/chats/1/members/1", ["DELETE", "GET", "PUT"]],
  ["/T/chats/common", ["GET", "PATCH", "POST", "PUT"]],
  ["/T/messages", ["GET", "POST"]],
  ["/T/messages/1", ["DELETE", "GET", "PATCH", "PUT"]],
  ["/T/register", ["POST"]],
  ["/T/login", ["POST"]],
  ["/T/logout", ["POST"]],
  ["/T/token/renew", ["POST"]],
  ["/T/sessions", ["GET"]],
  ["/T/sessions/1", ["DELETE"]],
  ["/T/users", ["GET", "POST"]],
  ["/T/users/username/ann", ["GET"]],
  ["/T/users/1", ["DELETE", "GET", "PATCH", "PUT"]],
  ["/T/users/1/token", ["POST"]],
  ["/T/users/1/profile", ["DELETE", "GET", "PATCH", "PUT"]],
  ["/T/users/1/chats", ["GET"]],
  ["/T/users/1/messages", ["GET", "POST"]],
  ["/T/users/1/messages/1", ["DELETE", "GET", "PATCH", "PUT"]],
  ["/T/users/1/search", ["GET"]],
  ["/T/users/1/changes", ["GET"]],
  ["/T/users/1/read", ["GET", "PUT"]],
  ["/T/users/me/messages", ["GET"]],
  ["/T/users/me/conversations", ["GET"]],
  ["/T/users/me/unread", ["GET"]],
  ["/T/users/me/blocks", ["GET"]],
  ["/T/users/me/blocks/1", ["DELETE", "PUT"]],
];
const methods = ["GET", "POST", "PUT", "PATCH", "DELETE"] as const;
const wrong = addresses.flatMap(([path, own]) =>
  methods.filter((method) => !own.includes(method)).map((method) => [method, path, own] as const),
);

let world: World;
let ask: Ask;
let token: string;
beforeAll(async () => {
  world = await startWorld({ withSearch: false, accountServices: 1 });
  ask = createAsk(world.url);
  const client = createClient(world.url);
  ({ token } = await client.anApplication());
  await client.aChat(token);
  await client.send(token, 1, "only");
});
afterAll(() => world.stop());

const real = (path: string): string => path.replace("T", token);
const raw = (method: string, path: string, url = world.url): Promise<HttpReply> =>
  askRaw(url, requestBytes({ method, path }));

describe("a wrong method", () => {
  it.each(wrong)("%s …%s is 405 and told %j", async (method, path, own) => {
    const body = method === "GET" || method === "DELETE" ? undefined : {};
    const reply = await ask(method, real(path), body);
    expectProblem(reply, { status: 405, slug: "method-not-allowed", detail: new RegExp(method) });
    expect(allowed(reply)).toEqual(own);
  });

  it.each(wrong)("%s …%s is 405 at Node directly, too", async (method, path, own) => {
    for (const { url } of [...world.creates, ...world.reads, ...world.accounts]) {
      const reply = await createAsk(url)(method, real(path));
      expectProblem(reply, { status: 405, slug: "method-not-allowed" });
      expect(allowed(reply)).toEqual(own);
    }
  });

  it.each(addresses)("OPTIONS …%s is answered with the address's own methods", async (path, own) => {
    const reply = await ask("OPTIONS", real(path));
    expect(reply.status).toBeLessThan(500);
    expect(allowed(reply)).toEqual(own);
  });

  it.each(["TRACE", "PROPFIND", "FOO", "QUERY"])("%s is 405 with Allow", async (method) => {
    const reply = await raw(method, "/api/applications");
    expectProblem(reply, { status: 405 });
    expect(allowed(reply)).not.toEqual([]);
    expect(reply.text).not.toContain("TRACE");
  });

  it("changed nothing", async () => {
    const { body } = await ask("GET", `/${token}/chats/1/messages`);
    expect(body).toMatchObject([{ message_number: 1, message_content: "only" }]);
    expect(body).toHaveLength(1);
  });
});

describe("an address that there is not", () => {
  it.each([
    "/nothing",
    "/applications",
    "/assets/nothing.js",
    "/api",
    "/api/",
    "/api/apps",
    "/api/applications/T/nothing",
    "/api/applications/T/chats/1/messages/1/more",
    "/internal/epochs",
    "/internal/../api/applications",
    "/healthz",
    "/readyz",
    "/metrics",
    "//api/applications",
    "/API/applications",
    "/api/Applications",
  ])("%s is 404", async (path) => {
    for (const method of ["GET", "POST"]) expectProblem(await raw(method, real(path)), { status: 404 });
  });

  it.each(["/internal/epochs", "/internal/open", "/api/../internal/epochs", "/api/..%2finternal/epochs"])(
    "%s is not led to the inside by nginx",
    async (path) => {
      for (const method of ["GET", "POST"]) expectProblem(await raw(method, path), { status: 404 });
    },
  );
});

describe("an unknown token", () => {
  const unknown = "11111111-1111-4111-8111-111111111111";
  const rows = addresses
    .filter(([path]) => path !== "")
    .flatMap(([path, own]) => own.map((method) => [method, path] as const));
  const names = { application_name: "x", chat_name: "x", message_content: "x" };
  const body = {
    ...names,
    username: "ann",
    password: "correct horse battery",
    refresh_token: "x",
    role: "member",
    message_number: 1,
  };
  const bodyOf = (method: Method): object | undefined =>
    method === "GET" || method === "DELETE" ? undefined : body;
  const queryOf = (path: string): string => (path.endsWith("search") ? "?q=x" : "");

  it.each(rows)("is 404 to %s …%s", async (method, path) => {
    const headers = { Authorization: "Bearer whatever" };
    const reply = await ask(method, path.replace("T", unknown) + queryOf(path), bodyOf(method), headers);
    expectProblem(reply, { status: 404, slug: "application-not-found" });
  });

  it.each(rows)("is 404 to %s …%s when it cannot be one", async (method, path) => {
    const headers = { Authorization: "Bearer whatever" };
    for (const malformed of ["x", "1", token.slice(1), `${token}0`, token.toUpperCase(), `{${token}}`]) {
      const reply = await ask(method, path.replace("T", malformed) + queryOf(path), bodyOf(method), headers);
      expectProblem(reply, { status: 404, slug: "application-not-found" });
    }
  });
});

describe("the request id", () => {
  it("is the caller's own in header and problem, where it gives a plain one", async () => {
    for (const path of ["/api/applications/x", "/nowhere"]) {
      const bytes = requestBytes({ method: "GET", path, headers: ["X-Request-Id: my-own_ID-7"] });
      const reply = await askRaw(world.url, bytes);
      expectProblem(reply, { status: 404 });
      expect(reply.headers["x-request-id"]).toBe("my-own_ID-7");
    }
  });

  it.each(["x".repeat(65), "with space", 'quo"te', "<script>", "a,b"])(
    "is a new one instead of %s",
    async (given) => {
      for (const url of [world.url, world.reads[0]?.url ?? ""]) {
        const headers = [`X-Request-Id: ${given}`];
        const reply = await askRaw(
          url,
          requestBytes({ method: "GET", path: "/api/applications/x", headers }),
        );
        expectProblem(reply, { status: 404 });
        expect(reply.headers["x-request-id"]).not.toContain(given);
      }
    },
  );

  it("is on every success, too, and another each time", async () => {
    const replies = await Promise.all([1, 2, 3].map(() => ask("GET", `/${token}`)));
    const ids = new Set(replies.map(({ headers }) => headers["x-request-id"]));
    expect(ids.size).toBe(3);
    expect(ids).not.toContain(undefined);
  });
});
