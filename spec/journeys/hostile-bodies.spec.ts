/** Bodies that cannot be read, are no object, too large, too deep or of another kind: rows 1–6, 10, 24 and 34 of the hostile inputs. */
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { askRaw, createAsk, requestBytes, type Ask } from "../support/ask.ts";
import { expectProblem } from "../support/problems.ts";
import { aTarget, writes, type Target } from "../support/target.ts";
import { startWorld, type World } from "../support/world.ts";

const bodyLimit = 256 * 1024;
let world: World;
let ask: Ask;
let target: Target;
beforeAll(async () => {
  world = await startWorld({ withSearch: false });
  ask = createAsk(world.url);
  target = await aTarget(world.url);
});
afterAll(() => world.stop());

const unreadable: [what: string, body: string | Buffer][] = [
  ["half an object", '{"a":'],
  ["two documents", '{"message_content":"x"}{"message_content":"y"}'],
  ["spaces", "  "],
  ["a word", "nope"],
  ["single quotes", "{'message_content':'x'}"],
  ["a trailing comma", '{"message_content":"x",}'],
  ["NaN", '{"message_content":NaN}'],
  ["a raw line feed in a string", '{"message_content":"a\nb"}'],
  ["a comment", '{"message_content":"x"/**/}'],
  ["bytes that are not UTF-8", Buffer.from([...Buffer.from('{"message_content":"'), 0xff, 0x22, 0x7d])],
  ["an overlong NUL", Buffer.from([...Buffer.from('{"message_content":"'), 0xc0, 0x80, 0x22, 0x7d])],
  [
    "an encoded surrogate",
    Buffer.from([...Buffer.from('{"message_content":"'), 0xed, 0xa0, 0x80, 0x22, 0x7d]),
  ],
  ["half a character", Buffer.from([...Buffer.from('{"message_content":"'), 0xf0, 0x9f, 0x22, 0x7d])],
  ["Latin-1", Buffer.from('{"message_content":"Grüße"}', "latin1")],
  ["UTF-16", Buffer.from('\ufeff{"message_content":"x"}', "utf16le")],
];
const noObject: [what: string, body: string][] = [
  ["null", "null"],
  ["an array", "[]"],
  ["an array of what it should be", '[{"message_content":"x","chat_name":"x","application_name":"x"}]'],
  ["a string", '"x"'],
  ["a number", "7"],
  ["true", "true"],
  ["100,000 arrays in each other", "[".repeat(100_000) + "]".repeat(100_000)],
  ["21 objects in each other", `${'{"a":'.repeat(20)}{}${"}".repeat(20)}`],
];
const otherKinds: [what: string, headers: string[]][] = [
  ["no Content-Type", []],
  ["text/plain", ["Content-Type: text/plain"]],
  ["a form", ["Content-Type: application/x-www-form-urlencoded"]],
  ["multipart", ["Content-Type: multipart/form-data; boundary=x"]],
  ["XML", ["Content-Type: application/xml"]],
  ["another JSON type", ["Content-Type: application/problem+json"]],
  ["a type that begins alike", ["Content-Type: application/jsonp"]],
  ["two types", ["Content-Type: application/json, text/plain"]],
  ["UTF-16", ["Content-Type: application/json; charset=utf-16le"]],
  ["UTF-7", ["Content-Type: application/json; charset=utf-7"]],
  ["Latin-1", ["Content-Type: application/json; charset=iso-8859-1"]],
];
const codings = ["gzip", "deflate", "br", "x-unknown"];
const wrongValues: [what: string, value: string][] = [
  ["a number", "1"],
  ["true", "true"],
  ["an object", '{"a":1}'],
  ["an object that looks like a string", '{"length":1,"toString":"x"}'],
  ["an array", '["x"]'],
  ["null", "null"],
  ["an empty string", '""'],
];

describe.each(writes)("%s …%s", (method, path, field) => {
  it.each(unreadable)("refuses %s with 400", async (_, body) => {
    const reply = await ask(method, target.at(path), body);
    expectProblem(reply, { status: 400, slug: "malformed-json" });
  });

  it.each(noObject)("refuses %s with 422", async (_, body) => {
    const reply = await ask(method, target.at(path), body);
    expectProblem(reply, { status: 422, slug: "invalid", detail: /object|nested/ });
  });

  it.each([
    ["without a length", []],
    ["of length 0", ["Content-Length: 0"]],
    ["of length 0 and JSON", ["Content-Length: 0", "Content-Type: application/json"]],
  ])("refuses an empty body %s with 422", async (_, headers) => {
    const bytes = requestBytes({ method, path: `/api/applications${target.at(path)}`, headers });
    expectProblem(await askRaw(world.url, bytes), { status: 422, slug: "invalid" });
  });

  it.each(wrongValues)("refuses %s as its value with 422", async (_, value) => {
    const reply = await ask(method, target.at(path), `{"${field}":${value}}`);
    expectProblem(reply, { status: 422, slug: "invalid", pointer: `/${field}`, detail: new RegExp(field) });
  });

  it.each(otherKinds)("refuses %s with 415", async (_, headers) => {
    const body = `{"${field}":"x"}`;
    const given = [...headers, `Content-Length: ${body.length}`, "Connection: close", "Host: localhost"];
    const bytes = `${method} /api/applications${target.at(path)} HTTP/1.1\r\n${given.join("\r\n")}\r\n\r\n${body}`;
    const reply = await askRaw(world.url, bytes);
    const detail = /-H 'Content-Type: application\/json'/;
    expectProblem(reply, { status: 415, slug: "unsupported-media-type", detail });
  });

  it.each(codings)("refuses Content-Encoding: %s with 415", async (coding) => {
    const reply = await ask(method, target.at(path), `{"${field}":"x"}`, { "Content-Encoding": coding });
    expectProblem(reply, { status: 415, slug: "unsupported-media-type", detail: /Content-Encoding/ });
  });

  it("refuses 256 KiB and one byte with 413, through nginx and at Node directly", async () => {
    const body = JSON.stringify({ [field]: "x", padding: "" });
    const large = body.replace('""', `"${"x".repeat(bodyLimit + 1 - body.length)}"`);
    const direct = method === "POST" ? world.creates[0]?.url : world.reads[0]?.url;
    for (const url of [world.url, direct ?? ""]) {
      const reply = await createAsk(url)(method, target.at(path), large);
      expectProblem(reply, { status: 413, slug: "body-too-large", detail: /256 KiB/ });
    }
  });

  it("is not given its field by a prototype", async () => {
    for (const body of [`{"__proto__":{"${field}":"x"}}`, `{"constructor":{"prototype":{"${field}":"x"}}}`]) {
      // A chat needs no name, so for it this would be an empty body.
      if (method === "POST" && field === "chat_name") continue;
      const reply = await ask(method, target.at(path), body);
      expectProblem(reply, { status: 422, slug: "invalid", pointer: `/${field}` });
    }
  });
});

describe("everything refused above", () => {
  it("has changed nothing and used no number", () => target.expectUntouched());
});

describe("a body at the edge", () => {
  let chat: string;
  beforeAll(async () => {
    const { body } = await ask("POST", target.at("/T/chats"), {});
    chat = target.at(`/T/chats/${(body as { chat_number: number }).chat_number}`);
  });
  const contentOf = async (body: string): Promise<unknown> => {
    const { status, body: created } = await ask("POST", chat, body);
    expect([status, created]).toMatchObject([201, {}]);
    const { message_number: number, message_content: content } = created as Record<string, unknown>;
    const { body: shown } = await ask("GET", `${chat}/messages/${String(number)}`);
    expect(shown).toMatchObject({ message_content: content });
    return content;
  };

  it("may have 256 KiB", async () => {
    const body = '{"message_content":"full","padding":""}';
    expect(await contentOf(body.replace('""', `"${"x".repeat(bodyLimit - body.length)}"`))).toBe("full");
  });

  it("may be nested 20 deep", async () => {
    expect(await contentOf(`{"message_content":"deep","a":${"[".repeat(19)}${"]".repeat(19)}}`)).toBe("deep");
  });

  it("may have as many unknown keys as fit, at no cost", async () => {
    const keys = Array.from({ length: 25_000 }, (_, i) => `"${i.toString(36)}":0`).join(",");
    const start = Date.now();
    expect(await contentOf(`{${keys},"message_content":"many"}`)).toBe("many");
    expect(Date.now() - start).toBeLessThan(3000);
  });

  it("has one meaning everywhere when a key comes twice: the last", async () => {
    expect(await contentOf('{"message_content":"first","message_content":"last"}')).toBe("last");
  });

  it("does not reach any prototype", async () => {
    const polluting = '"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}';
    expect(await contentOf(`{"message_content":"clean",${polluting}}`)).toBe("clean");
    const { text } = await ask("GET", `${chat}?__proto__[polluted]=1&constructor[prototype][polluted]=1`);
    expect(text).not.toContain("polluted");
    expect((await ask("GET", `${chat}/messages`)).text).not.toContain("polluted");
  });
});
