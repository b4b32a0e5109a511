/** Whoever may not have a socket gets none, or has it no longer: at the door, while authenticating, and afterwards. */
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { v4 as uuid } from "uuid";
import { forge } from "../support/access-tokens.ts";
import { askRaw, bearer, type HttpReply } from "../support/ask.ts";
import { startHouse } from "../support/house.ts";
import { as, password, type Person } from "../support/people.ts";
import { expectProblem } from "../support/problems.ts";
import { createSockets, openSocket, type Socket } from "../support/sockets.ts";

const allowed = "https://chat.example.com";
const house = startHouse({ withSearch: false, realtimeServices: 1, env: { CORS_ORIGINS: allowed } });
const { client, people } = house;
const sockets = createSockets(() => house.world.url);

const direct = (): string => house.world.realtimes[0]?.url ?? "";

async function expectAlive(socket: Socket): Promise<void> {
  expect((await socket.ask("ping")).type).toBe("pong");
}

/** A handshake written by hand. */
function knock(url: string, path: string, headers: readonly string[] = []): Promise<HttpReply> {
  const lines = [
    `GET ${path} HTTP/1.1`,
    "Host: localhost",
    "Upgrade: websocket",
    "Connection: Upgrade",
    "Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    ...headers,
  ];
  return askRaw(url, `${lines.join("\r\n")}\r\n\r\n`);
}

describe("at the door", () => {
  it.each([
    ["no page", () => ({}), undefined],
    ["an allowed page", () => ({ origin: allowed }), undefined],
    ["a page of its own", () => ({ origin: house.world.url }), undefined],
    ["a foreign page", () => ({ origin: "https://evil.example.com" }), 403],
    ["a page that begins as an allowed one", () => ({ origin: `${allowed}.evil.example.com` }), 403],
    ["a page without TLS", () => ({ origin: "http://chat.example.com" }), 403],
    ["a page at another port", () => ({ origin: `${allowed}:8443` }), 403],
    ["a sandbox", () => ({ origin: "null" }), 403],
    ["several pages", () => ({ origin: `${allowed}, https://evil.example.com` }), 403],
    ["nonsense", () => ({ origin: "//[" }), 403],
  ])("%s is let in, or refused before it has a socket", async (_, options, status) => {
    const socket = sockets.open([], options());
    if (status) return expect(await socket.refusedWith()).toBe(status);
    await expectAlive(socket);
  });

  it("only /ws leads to a socket, however it is written", async () => {
    const paths = ["/ws/", "/WS", "/wss", "//ws", "/%77s", "/ws%00", "/api/ws", "/", "//", "//[/../../ws"];
    for (const path of [...paths, "http://[/ws", "/ws\\", "*"]) {
      for (const url of [house.world.url, direct()]) {
        const { status } = await knock(url, path);
        expect({ path, isOpened: status === 101, isFault: status >= 500 }).toEqual({
          path,
          isOpened: false,
          isFault: false,
        });
      }
    }
    await expectAlive(sockets.open());
  });

  it("whoever does not ask for a socket is told to", async () => {
    const response = await fetch(`${house.world.url}/ws`);
    expectProblem(
      {
        status: response.status,
        headers: Object.fromEntries(response.headers),
        text: "",
        body: await response.json(),
      },
      { status: 426, slug: "upgrade-required" },
    );
    for (const method of ["POST", "PUT", "DELETE", "TRACE"]) {
      const reply = await askRaw(house.world.url, `${method} /ws HTTP/1.1\r\nHost: localhost\r\n\r\n`);
      expect(reply.status).toBeGreaterThanOrEqual(400);
      expect(reply.status).toBeLessThan(500);
    }
    expect((await knock(direct(), "/ws", ["Sec-WebSocket-Version: 99"])).status).toBeGreaterThanOrEqual(400);
  });

  it("2,000 headers are too many", async () => {
    const headers = Array.from({ length: 2000 }, (_, i) => `X-${i}: ${i}`);
    for (const url of [house.world.url, direct()]) {
      expect((await knock(url, "/ws", headers)).status).toBe(431);
    }
    await expectAlive(sockets.open());
  });

  it("compression is not agreed on", async () => {
    const socket = sockets.open([], { perMessageDeflate: true });
    await expectAlive(socket);
    expect(socket.socket.extensions).toBe("");
  });
});

describe("who authenticates", () => {
  it("does so by a frame or by subprotocols, not by a query", async () => {
    const { token, secret } = await client.anApplication();
    const ann = await people.mint(token, secret);
    await client.aChat(token);
    const query = `/ws?application_token=${token}&access_token=${ann.access_token}`;
    const asked = sockets.open([], { address: query });
    expect((await asked.ask("connect-chat", { chat_number: 1 })).content).toMatchObject({ status: 401 });

    const offered = ["parley", `application.${token}`, `bearer.${ann.access_token}`];
    const socket = sockets.open(offered);
    await socket.opened();
    expect(socket.socket.protocol).toBe("parley");
    // What follows at once waits for it.
    expect((await socket.ask("connect-chat", { chat_number: 1 })).content).toMatchObject({ present: [1] });

    const first = sockets.open();
    const tokens = { application_token: token, access_token: ann.access_token };
    expect(await first.ask("connect-chat", { chat_number: 1, ...tokens })).toMatchObject({
      type: "connect-chat",
    });
  });

  it("is closed when the subprotocols do not authenticate", async () => {
    const { token } = await client.anApplication();
    for (const offered of [
      [`application.${uuid()}`],
      [`application.${token}`, "bearer.a.b.c"],
      ["bearer.x"],
    ]) {
      const socket = sockets.open(["parley", ...offered]);
      expect((await socket.next("error")).content).toMatchObject({ status: expect.any(Number) });
      expect(await socket.closed()).toMatchObject({ code: 4401 });
    }
  });

  it("stays with its application and its user", async () => {
    const [one, other] = [await client.anApplication(), await client.anApplication()];
    const [ann, ben] = [await people.mint(one.token, one.secret), await people.mint(one.token, one.secret)];
    const socket = await sockets.authenticated(one.token, ann);
    for (const tokens of [
      { application_token: one.token, access_token: ben.access_token },
      { application_token: one.token, access_token: one.secret },
      { application_token: one.token },
      { application_token: other.token },
    ]) {
      const { type, content } = await socket.ask("authenticate", tokens);
      expect([type, content["status"]]).toEqual(["error", 403]);
    }
    expect((await socket.ask("send-message", { user_number: 2, message_content: "hi" })).type).toBe(
      "send-message",
    );
  });
});

describe("with time", () => {
  // Both take seconds: they are waited for together.
  let began: number;
  let token: string;
  let ann: Person;
  let exp: number;
  let expiring: string;
  let idle: Socket;
  let left: Socket;
  let leftAt: number;
  let renewed: Socket;
  beforeAll(async () => {
    const application = await client.anApplication();
    ({ token } = application);
    ann = await people.mint(token, application.secret);
    exp = Math.floor(Date.now() / 1000) + 2;
    expiring = await forge(house.world.accessKeysFile, ann.access_token, { claims: { exp } });
    began = performance.now();
    idle = openSocket(house.world.url);
    [left, renewed] = [openSocket(house.world.url), openSocket(house.world.url)];
    for (const socket of [left, renewed]) {
      const tokens = { application_token: token, access_token: expiring };
      const { content } = await socket.ask("authenticate", tokens);
      expect(content["expires_in"]).toBeLessThanOrEqual(2);
    }
    left.socket.once("close", () => (leftAt = Date.now()));
    const tokens = { application_token: token, access_token: ann.access_token };
    expect((await renewed.ask("authenticate", tokens)).content["expires_in"]).toBeGreaterThan(60);
  });
  afterAll(() => renewed.close());

  it("who does not authenticate first is refused everything, and closed after ten seconds", async () => {
    const { secret } = await client.anApplication();
    const [busy, wrong, good] = [sockets.open(), sockets.open(), sockets.open()];
    for (const [type, content] of [
      ["connect-chat", { chat_number: 1 }],
      ["send-message", { chat_number: 1, message_content: "x" }],
      ["update-message", { chat_number: 1, message_number: 1, message_content: "x" }],
      ["delete-message", { chat_number: 1, message_number: 1 }],
      ["read", { chat_number: 1, message_number: 1 }],
      ["typing", { chat_number: 1 }],
      ["disconnect-chat", { chat_number: 1 }],
      ["resume", { chats: { 1: 0 } }],
    ] as const) {
      expect(await busy.ask(type, content)).toMatchObject({
        type: "error",
        content: { type: "/problems/credential-missing", status: 401 },
      });
    }
    for (const [tokens, status] of [
      [{ application_token: uuid() }, 404],
      [{ application_token: "../../etc/passwd" }, 404],
      [{ application_token: token, access_token: "" }, 403],
      [{ application_token: token, access_token: "a.b.c" }, 401],
      [{ application_token: token, access_token: secret }, 403],
      [{ access_token: secret }, 422],
      [{ application_token: 1 }, 422],
      [{ application_token: token, access_token: 7 }, 422],
      [{}, 422],
    ] as const) {
      const { type, content } = await wrong.ask("authenticate", tokens);
      expect({ type, tokens, status: content["status"] }).toEqual({ type: "error", tokens, status });
    }
    await good.ask("authenticate", { application_token: token });
    for (const socket of [idle, busy, wrong]) expect(await socket.closed()).toMatchObject({ code: 4401 });
    expect(performance.now() - began).toBeGreaterThan(9500);
    expect(performance.now() - began).toBeLessThan(13_000);
    await expectAlive(good);
  });

  it("an open socket is closed when its access token expires, unless that was renewed", async () => {
    expect(await left.closed()).toMatchObject({ code: 4401 });
    // As the API does, it tolerates a clock that is late by five seconds.
    expect(leftAt).toBeLessThan((exp + 8) * 1000);
    await expectAlive(renewed);
    expect(
      (await sockets.open().ask("authenticate", { application_token: token, access_token: expiring }))
        .content,
    ).toMatchObject({ status: 401 });
  });
});

describe("an open socket", () => {
  const patch = (token: string, headers: Record<string, string>, body: object) =>
    people.must(200, "PATCH", `/${token}`, body, headers);
  type Ending = (given: { token: string; secret: string; ann: Person }) => Promise<unknown>;
  it.each<[string, string[], Ending]>([
    [
      "its user logs out",
      ["guest", "server", "ben"],
      ({ token, ann }) => people.must(204, "POST", `/${token}/logout`, undefined, as(ann)),
    ],
    [
      "its user's password is changed",
      ["guest", "server", "ben"],
      ({ token, ann }) =>
        people.must(
          200,
          "PATCH",
          `/${token}/users/me`,
          { password: "a new password", old_password: password },
          as(ann),
        ),
    ],
    [
      "its user is deleted",
      ["guest", "server", "ben"],
      ({ token, secret, ann }) =>
        people.must(204, "DELETE", `/${token}/users/${ann.number}`, undefined, bearer(secret)),
    ],
    [
      "the secret is replaced",
      ["guest", "ann", "ben"],
      ({ token, secret }) => people.must(201, "POST", `/${token}/secret`, undefined, bearer(secret)),
    ],
    [
      "guests are not let in any more",
      ["server", "ann", "ben"],
      ({ token, secret }) => patch(token, bearer(secret), { guest_access: false }),
    ],
    [
      "the application is deleted",
      [],
      ({ token, secret }) => people.must(204, "DELETE", `/${token}`, undefined, bearer(secret)),
    ],
  ])("is closed as soon as %s, and others are not", async (_, staying, end) => {
    const { token, secret } = await client.anApplication();
    const [ann, ben] = [await people.register(token), await people.register(token)];
    await client.aChat(token);
    const all: Record<string, Socket> = {
      guest: await sockets.authenticated(token),
      server: await sockets.authenticated(token, { access_token: secret }),
      ann: await sockets.authenticated(token, ann),
      ben: await sockets.authenticated(token, ben),
    };
    for (const socket of Object.values(all)) await socket.ask("connect-chat", { chat_number: 1 });
    await end({ token, secret, ann });
    for (const [name, socket] of Object.entries(all)) {
      if (staying.includes(name)) await expectAlive(socket);
      else expect([name, (await socket.closed(1000)).code]).toEqual([name, 4401]);
    }
    for (const name of staying) expect(all[name]?.socket.readyState).toBe(1);
  });
});
