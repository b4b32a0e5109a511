/** Paths, tokens and numbers that are none, and requests that no client library would write: rows 2, 8, 20–23 and 26 of the hostile inputs. */
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { askRaw, requestBytes } from "../support/ask.ts";
import { expectProblem } from "../support/problems.ts";
import { aTarget, type Target } from "../support/target.ts";
import { startWorld, type World } from "../support/world.ts";

const api = "/api/applications";
let world: World;
let target: Target;
beforeAll(async () => {
  world = await startWorld({ withSearch: false });
  target = await aTarget(world.url);
});
afterAll(() => world.stop());

const reads = (): string => world.reads[0]?.url ?? "";
const creates = (): string => world.creates[0]?.url ?? "";
/** As nginx routes it. */
const serviceFor = (method: string, path: string): string =>
  method === "POST" && !path.endsWith("/secret") ? creates() : reads();
const bodyFor = (method: string): string =>
  method === "GET" || method === "DELETE"
    ? ""
    : '{"chat_name":"x","message_content":"x","application_name":"x"}';

/** A request through nginx, and the same one at Node directly. */
async function bothReplies(method: string, path: string) {
  const headers = [`Authorization: Bearer ${target.secret}`];
  const bytes = requestBytes({ method, path, headers, body: bodyFor(method) });
  return [await askRaw(world.url, bytes), await askRaw(serviceFor(method, path), bytes)];
}

const noNumbers = [
  "0", "-1", "1.5", "1.0", "1e3", "0x10", "0b1", "01", "%201", "1%20", "+1", "%2B1", "NaN", "Infinity", "null", "one",
  "1,2", "1;2", "1'", "1%00", "%D9%A1", "%EF%BC%91", "*", "2147483648", "4294967297", "9007199254740993",
  "99999999999999999999999", "1n", "[1]", "common%00",
]; // prettier-ignore

describe("a chat number that is none", () => {
  it.each(noNumbers)("%s is 404 for every method", async (number) => {
    for (const [method, rest] of [
      ["GET", ""],
      ["PATCH", ""],
      ["DELETE", ""],
      ["POST", ""],
      ["POST", "/messages"],
      ["GET", "/messages"],
      ["GET", "/messages/1"],
      ["GET", "/search?q=x"],
      ["GET", "/continuity"],
    ] as const) {
      const [byNginx, byNode] = await bothReplies(method, target.at(`${api}/T/chats/${number}${rest}`));
      // nginx itself refuses NUL in an address; there is no way to have it say 404.
      if (byNginx) expectProblem(byNginx, { status: number.includes("%00") ? 400 : 404 });
      if (byNode) expectProblem(byNode, { status: 404, slug: "chat-not-found" });
    }
  });
});

describe("a message number that is none", () => {
  it.each(noNumbers)("%s is 404 for every method", async (number) => {
    for (const method of ["GET", "PUT", "PATCH", "DELETE"]) {
      const [byNginx, byNode] = await bothReplies(method, target.at(`${api}/T/chats/1/messages/${number}`));
      if (byNginx) expectProblem(byNginx, { status: number.includes("%00") ? 400 : 404 });
      if (byNode) expectProblem(byNode, { status: 404, slug: "message-not-found" });
    }
  });
});

describe("a token that is none", () => {
  it.each([
    "%2e%2e%2f",
    "..%2f..",
    "..%5c..",
    "a%2fb",
    "%00",
    "T%00",
    "T%20",
    "T%0a",
    "T'",
    "T%27%20OR%201=1%20--",
    "%7bT%7d",
    "T,T",
    "*",
    "%25",
    "null",
    "undefined",
    "__proto__",
    "constructor",
    "00000000-0000-0000-0000-000000000000",
    "11111111-1111-1111-8111-111111111111",
    "x".repeat(6000),
  ])("%s is 404", async (token) => {
    const path = `${api}/${target.at(token)}`;
    for (const [method, rest] of [
      ["GET", ""],
      ["DELETE", ""],
      ["POST", "/chats"],
      ["POST", "/secret"],
      ["GET", "/chats/1/messages"],
      ["GET", "/search?q=x"],
    ] as const) {
      const [byNginx, byNode] = await bothReplies(method, path + rest);
      if (byNginx) expectProblem(byNginx, { status: token.includes("%00") ? 400 : 404 });
      if (byNode) expectProblem(byNode, { status: 404 });
    }
  });

  it.each([
    `${api}/../..`,
    `${api}/../applications`,
    `${api}/./x`,
    `${api}//`,
    `${api}/T/../../..`,
    `${api}/T//chats`,
  ])("the path %s leads nowhere", async (path) => {
    for (const method of ["GET", "POST"]) {
      for (const reply of await bothReplies(method, target.at(path))) expectProblem(reply, { status: 404 });
    }
  });
});

describe("an address that cannot be read", () => {
  it.each(["%", "%F", "%FF", "%C0%80", "%ED%A0%80", "%zz"])("%s in it is 400", async (part) => {
    for (const path of [`${api}/${part}`, target.at(`${api}/T/chats/${part}`)]) {
      for (const reply of await bothReplies("GET", path)) expectProblem(reply, { status: 400 });
    }
  });

  it("is 414 at nginx beyond 7 KiB, and not answered otherwise than 404 or 431 at Node", async () => {
    const bytes = (length: number) => requestBytes({ method: "GET", path: `${api}/${"a".repeat(length)}` });
    expectProblem(await askRaw(world.url, bytes(8000)), { status: 414 });
    expectProblem(await askRaw(world.url, bytes(100_000)), { status: 414 });
    expectProblem(await askRaw(reads(), bytes(8000)), { status: 404 });
    expect((await askRaw(reads(), bytes(100_000))).status).toBe(431);
  });

  it("is 431 with too large a header", async () => {
    const headers = [`X-Large: ${"x".repeat(20_000)}`];
    const bytes = requestBytes({ method: "GET", path: api, headers });
    expectProblem(await askRaw(world.url, bytes), { status: 431 });
    expect((await askRaw(reads(), bytes)).status).toBe(431);
  });
});

describe("a request that two parsers could read in two ways", () => {
  const body = '{"application_name":"Smuggled"}';
  const length = `Content-Length: ${body.length}`;
  const hidden = `POST ${api} HTTP/1.1\r\nHost: localhost\r\n${length}\r\n\r\n${body}`;

  it.each([
    ["Content-Length and Transfer-Encoding", [length, "Transfer-Encoding: chunked"], `0\r\n\r\n${hidden}`],
    ["two different lengths", [length, "Content-Length: 5"], body],
    ["two equal lengths", [length, length], body],
    ["a list of lengths", [`Content-Length: ${body.length}, ${body.length}`], body],
    ["a negative length", ["Content-Length: -1"], body],
    ["a length with a sign", [`Content-Length: +${body.length}`], body],
    ["a hexadecimal length", ["Content-Length: 0x1f"], body],
    ["a folded header", ["X-Folded: a\r\n b", length], body],
    ["a folded length", [`Content-Length:\r\n ${body.length}`], body],
    ["a bare CR in a value", ["X-Bare: a\rb", length], body],
    ["a bare CR before a header", [`X-Bare: a\r${length}`], body],
    ["a space before the colon", [`Content-Length : ${body.length}`], body],
    ["a tab before the colon", [`Content-Length\t: ${body.length}`], body],
    ["a NUL in a value", ["X-Nul: a\0b", length], body],
    ["a header without a name", [": nothing", length], body],
    ["a chunk size that is none", ["Transfer-Encoding: chunked"], `xyz\r\n${body}\r\n0\r\n\r\n`],
    ["a negative chunk size", ["Transfer-Encoding: chunked"], `-1\r\n${body}\r\n0\r\n\r\n`],
  ])("is 400 with %s, at nginx and at Node directly", async (_, headers, rest) => {
    const lines = [`POST ${api} HTTP/1.1`, "Host: localhost", "Content-Type: application/json", ...headers];
    const bytes = Buffer.from(`${lines.join("\r\n")}\r\n\r\n${rest}`, "latin1");
    expectProblem(await askRaw(world.url, bytes), { status: 400 });
    expect((await askRaw(creates(), bytes)).status).toBe(400);
  });

  it.each(["gzip, chunked", "chunked, chunked", "identity", "xchunked", "chunked, gzip"])(
    "is refused by nginx with Transfer-Encoding: %s",
    async (coding) => {
      const headers = [`Transfer-Encoding: ${coding}`, "Content-Type: application/json"];
      const lines = [`POST ${api} HTTP/1.1`, "Host: localhost", ...headers];
      const bytes = `${lines.join("\r\n")}\r\n\r\n${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`;
      const reply = await askRaw(world.url, bytes);
      expectProblem(reply, { status: reply.status });
      expect([400, 501]).toContain(reply.status);
    },
  );

  it.each(["HTTP/1.1 without a Host", "two Hosts"])("is 400 with %s at nginx", async (what) => {
    const hosts = what.startsWith("two") ? "Host: a\r\nHost: b\r\n" : "";
    const bytes = `GET ${api} HTTP/1.1\r\n${hosts}\r\n`;
    expectProblem(await askRaw(world.url, bytes), { status: 400 });
  });
});

describe("a body that has no end", () => {
  const head = `POST ${api} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n`;
  const chunk = `10000\r\n${"x".repeat(0x10000)}\r\n`;

  it("is 413 at nginx before it is sent, when it announces 10 GB", async () => {
    const reply = await askRaw(world.url, `${head}Content-Length: 10000000000\r\n\r\n`);
    expectProblem(reply, { status: 413, slug: "body-too-large" });
  });

  it("is 413 at nginx as soon as the limit is reached, when it comes in chunks", async () => {
    const reply = await askRaw(world.url, `${head}Transfer-Encoding: chunked\r\n\r\n`, { endless: chunk });
    expectProblem(reply, { status: 413, slug: "body-too-large" });
  });

  it("is 413 at Node directly before it is sent, when it announces 10 GB", async () => {
    const reply = await askRaw(creates(), `${head}Content-Length: 10000000000\r\n\r\n`);
    expectProblem(reply, { status: 413, slug: "body-too-large" });
  });

  it("is 413 at Node directly as soon as the limit is reached, when it comes in chunks", async () => {
    const reply = await askRaw(creates(), `${head}Transfer-Encoding: chunked\r\n\r\n`, { endless: chunk });
    expectProblem(reply, { status: 413, slug: "body-too-large" });
  });
});

describe("everything refused above", () => {
  it("has changed nothing and used no number", () => target.expectUntouched());
});
