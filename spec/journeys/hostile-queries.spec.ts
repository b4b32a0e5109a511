/** Query parameters and search queries: rows 14, 16–19, 25, 32 and 44 of the hostile inputs. */
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { askRaw, createAsk, requestBytes, type Ask } from "../support/ask.ts";
import { createClient, type Client } from "../support/client.ts";
import { expectProblem } from "../support/problems.ts";
import { aTarget, type Target } from "../support/target.ts";
import { startWorld, type World } from "../support/world.ts";

type Hit = { number: number };
let world: World;
let ask: Ask;
let client: Client;
let target: Target;
beforeAll(async () => {
  world = await startWorld();
  ask = createAsk(world.url);
  client = createClient(world.url);
  target = await aTarget(world.url);
});
afterAll(() => world.stop());

const searched = ["/T/chats/1/search", "/T/search"];
const lists = ["", "/T/chats", "/T/chats/1/messages", ...searched.map((path) => `${path}?q=target`)];
const withQuery = (path: string, query: string): string =>
  `${target.at(path)}${path.includes("?") ? "&" : "?"}${query}`;

describe.each(lists)("the list …%s", (path) => {
  it.each([
    ["limit", "limit=1000000"],
    ["limit", "limit=201"],
    ["limit", "limit=0"],
    ["limit", "limit=-1"],
    ["limit", "limit=1.5"],
    ["limit", "limit=1e1"],
    ["limit", "limit=0x10"],
    ["limit", "limit=+1"],
    ["limit", "limit=%201"],
    ["limit", "limit="],
    ["limit", "limit=all"],
    ["limit", "limit=%EF%BC%91"],
    ["limit", "limit=1&limit=2"],
    ["after", "after=1e9"],
    ["after", "after=-1"],
    ["after", "after="],
    ["after", "after=2147483648"],
    ["after", "after=99999999999999999999"],
    ["after", "after=1&after=2"],
    ["after", "after=%00"],
    ["after", "after=1'%20OR%201=1"],
    ["before", "before=x"],
    ["before", "before=9007199254740993"],
    ["order", "order=name;DROP"],
    ["order", "order=ASC"],
    ["order", "order="],
    ["order", "order=asc&order=desc"],
  ])("names %s as what is wrong with ?%s", async (name, query) => {
    const reply = await ask("GET", withQuery(path, query));
    expectProblem(reply, { status: 422, slug: "invalid", pointer: `/${name}` });
  });

  it.each(["sort=name;DROP", "sort=name", "fields=secret_version", "order_by=1"])(
    "refuses ?%s, which it does not know",
    async (query) => {
      const reply = await ask("GET", withQuery(path, query));
      expectProblem(reply, { status: 422, slug: "invalid", pointer: `/${query.split("=")[0] ?? ""}` });
    },
  );

  it.each([
    "limit[]=1",
    "limit[a]=1",
    "after[$gt]=0",
    "__proto__[limit]=1",
    "constructor[prototype][limit]=1",
  ])("is not led astray by ?%s", async (query) => {
    const [plain, odd] = [await ask("GET", target.at(path)), await ask("GET", withQuery(path, query))];
    if (odd.status === 422) expectProblem(odd, { status: 422, slug: "invalid" });
    else expect([odd.status, odd.text]).toEqual([200, plain.text]);
  });
});

describe.each(searched)("a search query of %s", (address) => {
  const search = (query: string) => ask("GET", `${target.at(address)}?q=${query}`);

  it.each([
    ["NUL", "%00"],
    ["NUL in text", "a%00b"],
    ["only marks", "%CC%81%CC%81"],
    ["257 characters", "x".repeat(257)],
    [
      "2,000 terms",
      Array.from({ length: 2000 }, (_, i) => i)
        .join("+")
        .slice(0, 6000),
    ],
  ])("is 422 with %s", async (_, query) => {
    expectProblem(await search(query), { status: 422, slug: "invalid", pointer: "/q" });
  });

  it.each(["%FF", "%C0%80", "%ED%A0%80"])("is refused with %s, bytes that are not UTF-8", async (query) => {
    const reply = await search(query);
    expectProblem(reply, { status: reply.status });
    expect([400, 422]).toContain(reply.status);
  });

  it("is 414 at nginx and 422 at Node directly with 10 KB", async () => {
    const path = `/api/applications${target.at(address)}?q=${"x".repeat(10_240)}`;
    const bytes = requestBytes({ method: "GET", path });
    expectProblem(await askRaw(world.url, bytes), { status: 414 });
    expectProblem(await askRaw(world.reads[0]?.url ?? "", bytes), {
      status: 422,
      slug: "invalid",
      pointer: "/q",
    });
  });

  it.each([
    "content:* OR _id:*",
    "*",
    "?",
    "*a*b*c*",
    "target~2",
    "tar*",
    "/.*/",
    '"',
    '"target',
    "target AND (",
    "+target -x",
    "[a TO z]",
    "\\",
    "%",
    "_",
    "%25",
    "{",
    '{"match_all":{}}',
    "' OR 1=1 --",
    "<script>",
    "&&",
    "\u202e",
  ])("%j is plain text: it finds what has it and nothing else", async (text) => {
    const { token } = await client.anApplication();
    const chat = await client.aChat(token);
    const contents = ["target abc", `before ${text} after`, "nothing"];
    for (const content of contents) await client.send(token, chat, content);
    const path = `${address.replace("T", token)}?q=${encodeURIComponent(text)}`;
    const numbers = async (): Promise<number[]> =>
      ((await ask("GET", path)).body as Hit[]).map(({ number }) => number);
    expect(await numbers()).toEqual([2]);
    await world.drained();
    expect(await numbers()).toEqual([2]);
  });

  it("of 256 characters that unfold to thousands is answered", async () => {
    const { status, body } = await search(encodeURIComponent("ﷺ".repeat(256)));
    expect([status, body]).toEqual([200, []]);
  });
});

describe.each(searched)("the body of a search of %s", (address) => {
  const search = (body: unknown, headers?: Record<string, string>) =>
    ask("GET", target.at(address), body, headers);

  it.each([
    ["a number", { search_query: 1 }],
    ["an object", { search_query: { match_all: {} } }],
    ["an array", { search_query: ["target"] }],
    ["null", { search_query: null }],
    ["spaces only", { search_query: "  " }],
    ["NUL", { search_query: "a\0b" }],
    ["half a surrogate pair", { search_query: "\ud800" }],
    ["257 characters", { search_query: "x".repeat(257) }],
    ["nothing", {}],
    ["an array as a whole", ["target"]],
    ["21 levels", `{"search_query":"target","a":${"[".repeat(20)}${"]".repeat(20)}}`],
  ])("is 422 with %s", async (_, body) => {
    expectProblem(await search(body), { status: 422, slug: "invalid" });
  });

  it.each([
    ["half an object", '{"search_query":'],
    ["bytes that are not UTF-8", Buffer.from([...Buffer.from('{"search_query":"'), 0xff, 0x22, 0x7d])],
  ])("is 400 with %s", async (_, body) => {
    expectProblem(await search(body), { status: 400, slug: "malformed-json" });
  });

  it.each(["application/json; charset=utf-7", "application/json; charset=utf-16le"])(
    "is 415 as %s",
    async (type) => {
      const bytes = Buffer.from('{"search_query":"target"}', type.endsWith("16le") ? "utf16le" : "utf8");
      const reply = await search(bytes, { "Content-Type": type });
      expectProblem(reply, { status: 415, slug: "unsupported-media-type" });
    },
  );

  it("is 413 beyond 4 KiB, and names that limit", async () => {
    const reply = await search({ search_query: "target", padding: "x".repeat(4096) });
    expectProblem(reply, { status: 413, slug: "body-too-large", detail: /\b4 KiB|4,?096/ });
  });

  it("cannot choose another chat or application than the path does", async () => {
    const { token } = await client.anApplication();
    const chat = await client.aChat(token);
    await client.send(token, chat, "nothing");
    const [application_token, chat_number] = [target.token, 1];
    const body = {
      search_query: "target",
      application_token,
      chat_number,
      chat: 1,
      chatId: 1,
      token: target.token,
    };
    const path = address.replace("T", token);
    const found = await ask("GET", path, body);
    expect([found.status, found.body]).toEqual([200, []]);
    const query = `q=target&application_token=${target.token}&chat_number=1`;
    const byQuery = await ask("GET", `${path}?${query}`);
    expect(byQuery.text).not.toContain('"target"');
  });
});

it("a search finds another application's chat no more than one that is not there", async () => {
  const { token } = await client.anApplication();
  const other = await client.anApplication();
  const chat = await client.aChat(other.token);
  await client.send(other.token, chat, "target");
  const refusals = await Promise.all(
    [chat, 99].map((number) => ask("GET", `/${token}/chats/${number}/search?q=target`)),
  );
  for (const refusal of refusals) expectProblem(refusal, { status: 404, slug: "chat-not-found" });
  const [foreign, missing] = refusals.map(({ text, headers }) =>
    text.replace(/chat \d+/, "chat n").replace(headers["x-request-id"] ?? "", "id"),
  );
  expect(foreign).toBe(missing);
});

it("a body is nothing to any other address", async () => {
  const path = target.at("/T/chats/1");
  for (const body of ['{"a":', { limit: 1 }, "x".repeat(10_000)]) {
    expect((await ask("GET", path, body)).body).toMatchObject({ chat_number: 1 });
  }
});

describe("everything asked above", () => {
  it("has changed nothing and used no number", async () => {
    const { body } = await ask("GET", target.at("/T/chats/1/messages"));
    expect(body).toMatchObject([{ message_number: 1, message_content: "target" }]);
    expect((await client.send(target.token, 1, "next")).body).toMatchObject({ message_number: 2 });
  });
});
