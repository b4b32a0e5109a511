/** Messages: one numbering at two addresses, read at once, listed, edited, deleted. */
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { createAsk, type Ask, statusesOf } from "../support/ask.ts";
import { createClient, type Client } from "../support/client.ts";
import { expectProblem } from "../support/problems.ts";
import { startWorld, type World } from "../support/world.ts";

const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
type Shown = { message_number: number };

let world: World;
let ask: Ask;
let client: Client;
let token: string;
beforeAll(async () => {
  world = await startWorld({ withSearch: false });
  ask = createAsk(world.url);
  client = createClient(world.url);
  ({ token } = await client.anApplication());
});
afterAll(() => world.stop());

/** A chat with messages `m1`, `m2`, …; its path. */
async function aChatWith(count: number): Promise<string> {
  const chat = await client.aChat(token);
  for (let i = 1; i <= count; i += 1) await client.send(token, chat, `m${i}`);
  return `/${token}/chats/${chat}`;
}

async function messageNumbers(path: string): Promise<number[]> {
  return ((await ask("GET", path)).body as Shown[]).map(({ message_number }) => message_number);
}

describe.each(["", "/messages"])("a message posted to /chats/:n%s", (suffix) => {
  it.each([
    ["no content", {}],
    ["null", { message_content: null }],
    ["empty content", { message_content: "" }],
    ["65,536 bytes", { message_content: "x".repeat(65_536) }],
    ["65,537 bytes of two each", { message_content: "é".repeat(32_768) + "x" }],
  ])("is refused with %s, and uses no number", async (_, body) => {
    const chat = await aChatWith(0);
    const refused = await ask("POST", `${chat}${suffix}`, body);
    expectProblem(refused, { status: 422, slug: "invalid", pointer: "/message_content" });
    const accepted = await ask("POST", `${chat}${suffix}`, { message_content: "x" });
    expect(accepted.body).toMatchObject({ message_number: 1 });
    expect(await messageNumbers(`${chat}/messages`)).toEqual([1]);
  });

  it("is refused in a chat or application that there is not", async () => {
    const content = { message_content: "x" };
    expectProblem(await ask("POST", `/${token}/chats/99999${suffix}`, content), {
      status: 404,
      slug: "chat-not-found",
    });
    expectProblem(await ask("POST", `/11111111-1111-4111-8111-111111111111/chats/1${suffix}`, content), {
      status: 404,
      slug: "application-not-found",
    });
  });

  it("gets the next number of its chat", async () => {
    const chat = await aChatWith(2);
    const { status, body } = await ask("POST", `${chat}${suffix}`, { message_content: " Grüße\n\t👋🏽 " });
    expect(status).toBe(201);
    expect(body).toEqual({
      type: "message",
      application_token: token,
      chat_number: Number(chat.split("/").at(-1)),
      message_number: 3,
      message_content: " Grüße\n\t👋🏽 ",
    });
  });

  it("takes 65,535 bytes and gives them back unaltered, stored or not", async () => {
    const chat = await aChatWith(0);
    const message_content = `${"é".repeat(32_767)}x`;
    expect((await ask("POST", `${chat}${suffix}`, { message_content })).status).toBe(201);
    expect((await ask("GET", `${chat}/messages/1`)).body).toMatchObject({ message_content });
    await world.drained();
    expect((await ask("GET", `${chat}/messages/1`)).body).toMatchObject({ message_content });
  });

  it("ignores fields that only the server sets, and unknown ones", async () => {
    const chat = await aChatWith(1);
    const { body } = await ask("POST", `${chat}${suffix}`, {
      message_content: "mine",
      message_number: 99,
      number: 99,
      chat_number: 12,
      application_token: "11111111-1111-4111-8111-111111111111",
      sender: "admin",
      sender_id: 1,
      created_at: "1999-01-01T00:00:00.000Z",
      edited_at: "1999-01-01T00:00:00.000Z",
      kind: "void",
      uid: "x",
    });
    expect(body).toMatchObject({ message_number: 2, application_token: token, message_content: "mine" });
    for (const isStored of [false, true]) {
      if (isStored) await world.drained();
      const { body: shown } = await ask("GET", `${chat}/messages/2`);
      expect(shown).toEqual({ message_number: 2, message_content: "mine", created_at: time });
      expect((shown as { created_at: string }).created_at > "2020").toBe(true);
    }
  });
});

describe("the numbering of a chat", () => {
  it("is one for both addresses", async () => {
    const chat = await aChatWith(0);
    const numbers: unknown[] = [];
    for (const suffix of ["", "/messages", "/messages", ""]) {
      const { body } = await ask("POST", `${chat}${suffix}`, { message_content: "x" });
      numbers.push((body as Shown).message_number);
    }
    expect(numbers).toEqual([1, 2, 3, 4]);
  });

  it("has no gap and no double under 100 simultaneous sends", async () => {
    const chat = await aChatWith(0);
    const replies = await Promise.all(
      Array.from({ length: 100 }, (_, i) =>
        ask("POST", `${chat}${i % 2 ? "" : "/messages"}`, { message_content: `n${i}` }),
      ),
    );
    const given = replies.map(({ body }) => (body as Shown).message_number);
    expect(given.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, i) => i + 1));
    const listed = (await ask("GET", `${chat}/messages`)).body as { message_content: string }[];
    expect(listed.map(({ message_content }) => message_content)).toEqual(
      given
        .map((number, i) => ({ number, i }))
        .toSorted((a, b) => a.number - b.number)
        .map(({ i }) => `n${i}`),
    );
  });

  it("is shown by every read right after each 201", async () => {
    const chat = await aChatWith(0);
    for (let number = 1; number <= 25; number += 1) {
      await ask("POST", chat, { message_content: `r${number}` });
      const { status, body } = await ask("GET", `${chat}/messages/${number}`);
      expect([status, body]).toMatchObject([200, { message_number: number, message_content: `r${number}` }]);
      expect(await messageNumbers(`${chat}/messages?order=desc&limit=1`)).toEqual([number]);
      expect(await messageNumbers(`${chat}/messages`)).toHaveLength(number);
    }
  });
});

describe("one message", () => {
  it("is 404 where there is none, and no other message instead", async () => {
    const chat = await aChatWith(1);
    const empty = await aChatWith(0);
    for (const path of [`${chat}/messages/2`, `${empty}/messages/1`]) {
      expectProblem(await ask("GET", path), { status: 404, slug: "message-not-found" });
      const edit = await ask("PATCH", path, { message_content: "x" });
      expectProblem(edit, { status: 404, slug: "message-not-found" });
      expectProblem(await ask("DELETE", path), { status: 404, slug: "message-not-found" });
    }
    expect(await messageNumbers(`${chat}/messages`)).toEqual([1]);
  });

  it.each(["PUT", "PATCH"] as const)("is edited by %s right after its 201, and says when", async (method) => {
    const chat = await aChatWith(2);
    const before = await ask("GET", `${chat}/messages/2`);
    expect(before.body).toEqual({ message_number: 2, message_content: "m2", created_at: time });
    const reply = await ask(method, `${chat}/messages/2`, {
      message_content: "better",
      message_number: 1,
      created_at: "1999-01-01T00:00:00.000Z",
      sender: "admin",
    });
    expect(reply.status).toBe(200);
    expect(reply.body).toEqual({ ...(before.body as object), message_content: "better", edited_at: time });
    const after = await ask("GET", `${chat}/messages/2`);
    expect([after.body, after.headers["etag"]]).toEqual([reply.body, reply.headers["etag"]]);
    expect(after.headers["etag"]).not.toBe(before.headers["etag"]);
    expect((await ask("GET", `${chat}/messages`)).body).toMatchObject([
      { message_content: "m1" },
      after.body,
    ]);
  });

  it("keeps one ETag from its 201 until it is edited, and answers 304 to it", async () => {
    const chat = await aChatWith(1);
    const { etag = "" } = (await ask("GET", `${chat}/messages/1`)).headers;
    await world.drained();
    const known = { "If-None-Match": etag };
    expect((await ask("GET", `${chat}/messages/1`, undefined, known)).status).toBe(304);
    await ask("PATCH", `${chat}/messages/1`, { message_content: "x" });
    expect((await ask("GET", `${chat}/messages/1`, undefined, known)).status).toBe(200);
  });

  it("is changed and deleted only under its present ETag where one is given", async () => {
    const path = `${await aChatWith(1)}/messages/1`;
    const stale = { "If-Match": (await ask("GET", path)).headers["etag"] ?? "" };
    await ask("PATCH", path, { message_content: "two" });
    for (const method of ["PUT", "PATCH", "DELETE"] as const) {
      const refused = await ask(
        method,
        path,
        method === "DELETE" ? undefined : { message_content: "three" },
        stale,
      );
      expectProblem(refused, { status: 412, slug: "stale-etag" });
    }
    expect((await ask("GET", path)).body).toMatchObject({ message_content: "two" });
    const any = await ask("PUT", path, { message_content: "four" }, { "If-Match": "*" });
    expect(any.body).toMatchObject({ message_content: "four" });
    const present = { "If-Match": any.headers["etag"] ?? "" };
    expect((await ask("DELETE", path, undefined, present)).status).toBe(204);
  });

  it("lets one of two edits under the same ETag through", async () => {
    const path = `${await aChatWith(1)}/messages/1`;
    await world.drained();
    const condition = { "If-Match": (await ask("GET", path)).headers["etag"] ?? "" };
    const replies = await Promise.all(
      ["a", "b"].map((message_content) => ask("PATCH", path, { message_content }, condition)),
    );
    expect(statusesOf(replies)).toEqual([200, 412]);
    expect((await ask("GET", path)).body).toEqual(replies.find(({ status }) => status === 200)?.body);
  });
});
