/** Text that must be refused, and text that must be kept as it is: rows 7–9, 11, 13 and 47 of the hostile inputs. */
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { createAsk, type Ask } from "../support/ask.ts";
import { createClient, type Client } from "../support/client.ts";
import { expectProblem } from "../support/problems.ts";
import { aTarget, writes, type Target } from "../support/target.ts";
import { startWorld, type World } from "../support/world.ts";

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

/** As JSON, so that halves of surrogate pairs get through as well. */
const refused: [what: string, json: string][] = [
  ["a space", '" "'],
  ["tabs and line ends", '"\\t\\r\\n"'],
  ["ideographic and no-break spaces", '"\\u3000\\u00a0\\u2003"'],
  ["NUL", '"a\\u0000b"'],
  ["NUL alone", '"\\u0000"'],
  ["backspace", '"a\\u0008b"'],
  ["escape", '"a\\u001b[31mb"'],
  ["delete", '"a\\u007fb"'],
  ["the first half of a surrogate pair", '"a\\ud800b"'],
  ["the second half of a surrogate pair", '"\\udc00"'],
  ["two halves in the wrong order", '"\\udc00\\ud800"'],
];
const tooLong = {
  application_name: "x".repeat(256),
  chat_name: "👩".repeat(256),
  message_content: "é".repeat(32_768),
} as Record<string, string>;

describe.each(writes)("%s …%s", (method, path, field) => {
  it.each(refused)("refuses %s with 422, and says where", async (_, json) => {
    const reply = await ask(method, target.at(path), `{"${field}":${json}}`);
    expectProblem(reply, { status: 422, slug: "invalid", pointer: `/${field}` });
  });

  it("refuses one character too many with 422, and cuts nothing", async () => {
    const reply = await ask(method, target.at(path), { [field]: tooLong[field] });
    expectProblem(reply, { status: 422, slug: "invalid", pointer: `/${field}`, detail: /255|65,535/ });
  });

  it.each(["\n", "\t", "\r"])("takes %j in a message only, not in a name", async (control) => {
    if (field === "message_content") return;
    const reply = await ask(method, target.at(path), { [field]: `a${control}b` });
    expectProblem(reply, { status: 422, slug: "invalid", pointer: `/${field}` });
  });
});

describe("everything refused above", () => {
  it("has changed nothing and used no number", () => target.expectUntouched());
});

const kept: [what: string, text: string][] = [
  ["SQL", "' OR 1=1 --"],
  ["more SQL", '"; DROP TABLE messages; /*'],
  ["backslashes", "a\\b\\\\c\\'"],
  ["LIKE signs", "100%_done"],
  ["query language of the index", "content:* OR _id:*"],
  ["a regular expression", "/.*/ ^$ (a+)+"],
  ["an unbalanced quote", 'say "hello'],
  ["markup", '<img src=x onerror="alert(1)">'],
  ["templates", "${7*7} {{7*7}} %{7}"],
  ["paths", "../../etc/passwd"],
  ["a prototype", "__proto__"],
  ["an emoji family", "👨‍👩‍👧‍👦 and 👋🏽"],
  ["the last code point", "edge \u{10ffff}\uffff"],
  ["right-to-left override and zero-width", "a\u202ebc\u200bd\u2066e"],
  ["combining marks in both forms", "e\u0301 é"],
  ["spaces around", "  spaced  "],
  ["JSON", '{"a":[1,null]}'],
  ["10,000 combining marks", `z${"\u0301".repeat(10_000)}`],
];

describe("a text that is unusual", () => {
  let token: string;
  beforeAll(async () => {
    ({ token } = await client.anApplication());
  });

  it.each(kept)("%s is stored, edited and found as it is", async (_, text) => {
    const chat = await client.aChat(token);
    const path = `/${token}/chats/${chat}`;
    await client.send(token, chat, "nothing of it");
    expect((await client.send(token, chat, text)).body).toMatchObject({ message_content: text });
    expect((await ask("GET", `${path}/messages/2`)).body).toMatchObject({ message_content: text });
    const edited = await ask("PATCH", `${path}/messages/1`, { message_content: `${text}!` });
    expect(edited.body).toMatchObject({ message_content: `${text}!` });
    await world.drained();
    expect((await ask("GET", `${path}/messages`)).body).toMatchObject([
      { message_content: `${text}!` },
      { message_content: text },
    ]);
    await ask("PATCH", `${path}/messages/1`, { message_content: "nothing of it" });
    const query = encodeURIComponent(text.slice(0, 200));
    const { status, body } = await ask("GET", `${path}/search?q=${query}`);
    expect([status, body]).toMatchObject([200, [{ number: 2, content: text }]]);
    expect(body).toHaveLength(1);
  });

  it.each(kept.filter(([, { length }]) => length <= 254))("%s is kept in names", async (_, text) => {
    const created = await ask("POST", "", { application_name: text });
    const { application_token: own } = created.body as Record<string, string>;
    await ask("POST", `/${own}/chats`, { chat_name: text });
    await ask("PATCH", `/${own}/chats/1`, { chat_name: `${text}!` });
    expect((await ask("GET", `/${own}`)).body).toMatchObject({ application_name: text });
    expect((await ask("GET", `/${own}/chats/1`)).body).toMatchObject({ chat_name: `${text}!` });
    await ask("PUT", `/${own}`, { application_name: `${text}!` });
    expect((await ask("GET", `/${own}`)).body).toMatchObject({ application_name: `${text}!` });
  });

  it("leaves every other application as it was", async () => {
    expect((await ask("GET", target.at("/T/chats/1"))).body).toMatchObject({ chat_name: "Target" });
    expect((await ask("GET", target.at("/T/chats/1/messages/1"))).body).toMatchObject({
      message_content: "target",
    });
  });
});

describe("fields that only the server sets", () => {
  const assigned = {
    id: 1,
    number: 77,
    chat_number: 77,
    message_number: 77,
    app_id: 1,
    application_id: 1,
    chat_id: 1,
    application_token: "11111111-1111-4111-8111-111111111111",
    application_secret: "mine",
    secret_version: 9,
    sender: "admin",
    sender_id: 1,
    from_user: "admin",
    user: { id: 1 },
    is_admin: true,
    kind: "void",
    state: "deleted",
    uid: "x",
    version: 99,
    change_number: 99,
    chats_count: 99,
    messages_count: 99,
    created_at: "1999-01-01T00:00:00.000Z",
    updated_at: "1999-01-01T00:00:00.000Z",
    edited_at: "1999-01-01T00:00:00.000Z",
    message: { message_content: "nested" },
  };
  const chosen = /1999|11111111|admin|"mine"|77|99|nested|void|deleted/;
  /** The rest of a token or a time may have any digits. */
  const plain = (text: string, token: string): string =>
    text
      .replaceAll(token, "")
      .replace(/20\d\d-\d\d-\d\dT[\d:.]+Z/g, "")
      .replace(/"application_secret":"[^"]{40,}"/g, "");

  it("are never applied by any address", async () => {
    const { token } = await client.anApplication("Own");
    await client.aChat(token);
    await client.send(token, 1, "first");
    for (const [method, path, field] of writes) {
      const reply = await ask(method, path.replace("T", token), { ...assigned, [field]: "given" });
      expect(reply.status).toBe(method === "POST" ? 201 : 200);
      const own = (reply.body as Record<string, string>)["application_token"] ?? token;
      expect(plain(reply.text, own)).not.toMatch(chosen);
    }
    for (const isStored of [false, true]) {
      if (isStored) await world.drained();
      for (const path of ["", "/chats", "/chats/1", "/chats/2", "/chats/1/messages", "/chats/1/messages/3"]) {
        const { status, text } = await ask("GET", `/${token}${path}`);
        expect([path, status, plain(text, token)]).toEqual([path, 200, expect.not.stringMatching(chosen)]);
      }
    }
    expect((await client.send(token, 1, "next")).body).toMatchObject({ message_number: 4 });
    expect(await client.aChat(token)).toBe(3);
  });
});
