/** Private chats and who wrote what: nobody reads or changes what is not theirs. */
import { describe, expect, it } from "@jest/globals";
import { bearer, type Method } from "../support/ask.ts";
import { as } from "../support/people.ts";
import { startHouse } from "../support/house.ts";
import { expectProblem } from "../support/problems.ts";

const house = startHouse({ withSearch: false });
const { ask, client, people } = house;

const say = (message_content: string) => ({ message_content });

describe("who wrote a message", () => {
  it("comes from the token, never from the body, and is told from the first moment on", async () => {
    const { token, secret } = await client.anApplication();
    const ann = await people.mint(token, secret, "ann", { display_name: "Ann" });
    const chat = `/${token}/chats/${await client.aChat(token)}`;
    const body = { ...say("hello"), sender: { user_number: 9 }, sender_id: 9, from_user: 9 };
    const sender = { user_number: 1, username: "ann", display_name: "Ann" };
    expect((await ask("POST", `${chat}/messages`, body, as(ann))).body).toMatchObject({
      message_number: 1,
      sender,
    });
    expect((await ask("POST", `${chat}/messages`, body)).body).not.toHaveProperty("sender");
    for (const settle of [async () => undefined, house.world.drained]) {
      await settle();
      expect((await ask("GET", `${chat}/messages/1`)).body).toMatchObject({
        message_content: "hello",
        sender,
      });
      const list = (await ask("GET", `${chat}/messages`)).body as object[];
      expect(list).toMatchObject([{ sender }, { message_number: 2 }]);
      expect(list[1]).not.toHaveProperty("sender");
      expect((await ask("GET", `${chat}/search?q=hello&sender=1`)).body).toMatchObject([
        { number: 1, sender },
      ]);
      expect((await ask("GET", `${chat}/search?q=hello&sender=2`)).body).toEqual([]);
    }
  });

  it("is asked for by who changes it: only its author and the secret may", async () => {
    const { token, secret } = await client.anApplication();
    const [ann, ben] = [await people.mint(token, secret), await people.mint(token, secret)];
    const chat = `/${token}/chats/${await client.aChat(token)}`;
    await ask("POST", `${chat}/messages`, say("by Ann"), as(ann));
    await ask("POST", `${chat}/messages`, say("by a guest"));
    for (const [method, body] of [
      ["PUT", say("forged")],
      ["PATCH", say("forged")],
      ["DELETE", undefined],
    ] as const) {
      const change = (headers: Record<string, string>) => ask(method, `${chat}/messages/1`, body, headers);
      expectProblem(await change({}), { status: 401, slug: "credential-missing" });
      expectProblem(await change(as(ben)), { status: 403, slug: "credential-wrong" });
    }
    expect((await ask("PATCH", `${chat}/messages/1`, say("by herself"), as(ann))).status).toBe(200);
    expect((await ask("PATCH", `${chat}/messages/2`, say("by anybody"))).status).toBe(200);
    expect((await ask("GET", `${chat}/messages/1`)).body).toMatchObject({ message_content: "by herself" });
    expect((await ask("DELETE", `${chat}/messages/1`, undefined, bearer(secret))).status).toBe(204);
  });

  it("keeps keys apart: the same key of another caller is another message", async () => {
    const { token, secret } = await client.anApplication();
    const [ann, ben] = [await people.mint(token, secret), await people.mint(token, secret)];
    const chat = `/${token}/chats/${await client.aChat(token)}`;
    const send = (headers: Record<string, string>) =>
      ask("POST", `${chat}/messages`, say("once"), { ...headers, "Idempotency-Key": "the-same-key" });
    const callers = [as(ann), as(ben), bearer(secret), {}];
    const numbers = [];
    for (const headers of [...callers, ...callers]) {
      numbers.push((await send(headers)).body);
    }
    expect(numbers.map((body) => (body as { message_number: number }).message_number)).toEqual([
      1, 2, 3, 4, 1, 2, 3, 4,
    ]);
    await house.world.drained();
    expect((await send(as(ben))).body).toMatchObject({ message_number: 2 });
    expectProblem(
      await ask("POST", `${chat}/messages`, say("x"), { ...as(ann), "Idempotency-Key": "2.the-same-key" }),
      {
        status: 400,
        slug: "idempotency-key-invalid",
      },
    );
  });
});

describe("an access token that is not good", () => {
  it("is 401 wherever it is sent, also where none is needed", async () => {
    const [{ token, secret }, other] = [await client.anApplication(), await client.anApplication()];
    const ann = await people.mint(token, secret);
    const foreign = await people.mint(other.token, other.secret);
    const chat = `/${token}/chats/${await client.aChat(token)}`;
    await client.send(token, 1, "hello");
    const [head = "", claims = "", signature = ""] = ann.access_token.split(".");
    const none = Buffer.from(JSON.stringify({ alg: "none", typ: "at+jwt" })).toString("base64url");
    const bad = [
      foreign.access_token,
      `${none}.${claims}.`,
      `${head}.${claims}.${"A".repeat(signature.length)}`,
      `${head}.${claims}.`,
      `${head}.${Buffer.from('{"sub":"1"}').toString("base64url")}.${signature}`,
      "a.b.c",
      `${"x".repeat(5000)}.b.c`,
    ];
    for (const accessToken of bad) {
      for (const [method, path, body] of [
        ["GET", chat, undefined],
        ["GET", `${chat}/messages`, undefined],
        ["GET", `${chat}/messages/1`, undefined],
        ["GET", `${chat}/search?q=hello`, undefined],
        ["GET", `/${token}/search?q=hello`, undefined],
        ["GET", `/${token}/chats`, undefined],
        ["POST", `${chat}/messages`, say("x")],
        ["POST", `/${token}/chats`, { chat_name: "x" }],
        ["PATCH", `${chat}/messages/1`, say("x")],
        ["DELETE", `${chat}/messages/1`, undefined],
        ["PATCH", chat, { chat_name: "x" }],
        ["GET", `/${token}/users`, undefined],
      ] as const) {
        const reply = await ask(method, path, body, bearer(accessToken));
        expectProblem(reply, { status: 401, slug: "access-token-invalid" });
        expect(reply.headers["www-authenticate"]).toMatch(/invalid_token/);
      }
    }
  });

  it("is refused everywhere within a second of the logout", async () => {
    const { token, secret } = await client.anApplication();
    const ann = await people.mint(token, secret);
    const chat = `/${token}/chats/${await client.aChat(token)}`;
    const uses = () =>
      Promise.all([
        ask("POST", `${chat}/messages`, say("x"), as(ann)),
        ask("GET", `${chat}/messages`, undefined, as(ann)),
        ask("GET", `/${token}/users/me`, undefined, as(ann)),
      ]);
    expect((await uses()).map(({ status }) => status)).toEqual([201, 200, 200]);
    expect((await ask("POST", `/${token}/logout`, undefined, as(ann))).status).toBe(204);
    await new Promise((resolve) => setTimeout(resolve, 1000));
    for (const reply of await uses()) expectProblem(reply, { status: 401, slug: "access-token-invalid" });
  });
});

describe("an application without access for guests", () => {
  it("is closed to all without an identity within a second, and open to users and its secret", async () => {
    const { token, secret } = await client.anApplication();
    const ann = await people.mint(token, secret);
    const chat = `/${token}/chats/${await client.aChat(token)}`;
    await client.send(token, 1, "hello");
    const change = (guest_access: unknown, headers = {}) =>
      ask("PATCH", `/${token}`, { guest_access }, headers);
    expectProblem(await change(false), { status: 401, slug: "credential-missing" });
    expectProblem(await change(false, as(ann)), { status: 403, slug: "credential-wrong" });
    expectProblem(await change("no", bearer(secret)), { status: 422, pointer: "/guest_access" });
    expect((await change(false, bearer(secret))).body).toMatchObject({ guest_access: false });
    await new Promise((resolve) => setTimeout(resolve, 1000));
    const uses: [Method, string, object?][] = [
      ["GET", `/${token}`],
      ["GET", `/${token}/chats`],
      ["POST", `/${token}/chats`, {}],
      ["GET", chat],
      ["PATCH", chat, { chat_name: "x" }],
      ["POST", chat, say("x")],
      ["POST", `${chat}/messages`, say("x")],
      ["GET", `${chat}/messages`],
      ["GET", `${chat}/messages/1`],
      ["PATCH", `${chat}/messages/1`, say("x")],
      ["DELETE", `${chat}/messages/1`],
      ["GET", `${chat}/search?q=hello`],
      ["GET", `${chat}/continuity`],
      ["GET", `/${token}/search?q=hello`],
      ["GET", `/${token}/users`],
      ["GET", `/${token}/users/1`],
    ];
    for (const [method, path, body] of uses) {
      expectProblem(await ask(method, path, body), { status: 401, slug: "credential-missing" });
    }
    expectProblem(await ask("PATCH", `/${token}`, { application_name: "x" }), { status: 401 });
    for (const headers of [as(ann), bearer(secret)]) {
      expect((await ask("GET", `${chat}/messages/1`, undefined, headers)).status).toBe(200);
      expect((await ask("POST", `${chat}/messages`, say("x"), headers)).status).toBe(201);
    }
    expect((await change(true, bearer(secret))).body).not.toHaveProperty("guest_access");
  });
});

describe("a private chat", () => {
  it("takes an identity to be made", async () => {
    const { token } = await client.anApplication();
    expectProblem(await ask("POST", `/${token}/chats`, { private: true }), {
      status: 401,
      slug: "credential-missing",
    });
    expectProblem(await ask("POST", `/${token}/chats`, { private: "yes" }), {
      status: 422,
      pointer: "/private",
    });
    expect((await ask("POST", `/${token}/chats`, { private: false })).body).toMatchObject({ chat_number: 1 });
  });

  it("is to others as a chat that there is not, stored or not", async () => {
    const { token, secret } = await client.anApplication();
    const [ann, ben] = [await people.mint(token, secret), await people.mint(token, secret)];
    const made = await ask("POST", `/${token}/chats`, { chat_name: "Ours", private: true }, as(ann));
    expect(made.body).toMatchObject({ chat_number: 1, private: true });
    expect((await ask("POST", `/${token}/chats/1/messages`, say("a secret"), as(ann))).status).toBe(201);
    for (const settle of [async () => undefined, house.world.drained]) {
      await settle();
      for (const headers of [{}, as(ben)]) {
        for (const [method, path, body] of [
          ["GET", ""],
          ["PATCH", "", { chat_name: "x" }],
          ["POST", "", say("x")],
          ["POST", "/messages", say("x")],
          ["GET", "/messages"],
          ["GET", "/messages/1"],
          ["PATCH", "/messages/1", say("x")],
          ["DELETE", "/messages/1"],
          ["GET", "/search?q=secret"],
          ["GET", "/continuity"],
        ] as [Method, string, object?][]) {
          const hidden = await ask(method, `/${token}/chats/1${path}`, body, headers);
          const missing = await ask(method, `/${token}/chats/2${path}`, body, headers);
          expectProblem(hidden, { status: 404, slug: "chat-not-found" });
          const text = (reply: typeof hidden, number: number) =>
            JSON.stringify({ ...(reply.body as object), instance: "" }).replace(`chat ${number}`, "chat N");
          expect(text(hidden, 1)).toBe(text(missing, 2));
        }
        expect((await ask("GET", `/${token}/chats`, undefined, headers)).body).toEqual([]);
        expect((await ask("GET", `/${token}/search?q=secret`, undefined, headers)).body).toEqual([]);
      }
      for (const headers of [as(ann), bearer(secret)]) {
        expect((await ask("GET", `/${token}/chats`, undefined, headers)).body).toMatchObject([
          { chat_number: 1, private: true },
        ]);
        expect((await ask("GET", `/${token}/chats/1/messages`, undefined, headers)).body).toMatchObject([
          { message_content: "a secret" },
        ]);
        expect((await ask("GET", `/${token}/search?q=secret`, undefined, headers)).body).toMatchObject([
          { chat_number: 1, number: 1 },
        ]);
      }
    }
    expect((await ask("DELETE", `/${token}/chats/1`, undefined, as(ben))).status).toBe(404);
    expect((await ask("DELETE", `/${token}/chats/1`, undefined, as(ann))).status).toBe(204);
    expectProblem(await ask("GET", `/${token}/chats/1`, undefined, as(ann)), { status: 410 });
    expectProblem(await ask("GET", `/${token}/chats/1`, undefined, as(ben)), { status: 404 });
  });
});
