/** Frames that nobody should send: each is answered by an error, and whoever sends too many of them is closed. */
import { beforeAll, describe, expect, it } from "@jest/globals";
import { v4 as uuid } from "uuid";
import { startHouse } from "../support/house.ts";
import { as, type Person } from "../support/people.ts";
import { createSockets, type Frame, type Socket } from "../support/sockets.ts";
import { waitUntil } from "../support/wait-until.ts";
import { upTo } from "../support/writers.ts";

const house = startHouse({ withSearch: false, realtimeServices: 1 });
const { client, people } = house;
const sockets = createSockets(() => house.world.url);

const longestFrame = 64 * 1024;
let token: string;
let secret: string;
let ann: Person;
let ben: Person;
let carl: Person;
beforeAll(async () => {
  ({ token, secret } = await client.anApplication());
  [ann, ben, carl] = [
    await people.mint(token, secret),
    await people.mint(token, secret),
    await people.mint(token, secret),
  ];
  await client.aChat(token);
  await people.must(201, "POST", `/${token}/chats/1/messages`, { message_content: "hello" }, as(ann));
  await house.world.drained();
});

async function expectAlive(socket: Socket): Promise<void> {
  expect((await socket.ask("ping")).type).toBe("pong");
}

describe("what cannot be read", () => {
  it.each<[string, string | Buffer]>([
    ["no JSON", "{"],
    ["nothing", ""],
    ["two documents", "{}{}"],
    ["null", "null"],
    ["a list", "[]"],
    ["a text", '"ping"'],
    ["a number", "7"],
    ["no type", '{"content":{}}'],
    ["a type that is no text", '{"type":7,"content":{}}'],
    ["NaN", '{"type":"connect-chat","content":{"chat_number":NaN}}'],
    ["an unknown type", '{"type":"drop-tables","content":{}}'],
    ["the type of an answer", '{"type":"pong","content":{}}'],
    ["a type that objects have", '{"type":"constructor","content":{}}'],
    ["a prototype for a type", '{"type":"__proto__","content":{}}'],
    ["an id that is an object", '{"type":"typing","content":{},"id":{}}'],
    ["a long id", JSON.stringify({ type: "typing", content: {}, id: "x".repeat(65) })],
    ["bytes", Buffer.from('{"type":"ping","content":{}}')],
    ["50,000 nested lists", "[".repeat(50_000) + "]".repeat(10_000)],
  ])("is told of each time, and closed after the third: %s", async (_, data) => {
    const socket = await sockets.authenticated(token);
    for (const _time of upTo(3)) socket.socket.send(data);
    for (const _time of upTo(3)) {
      expect((await socket.next("error")).content).toMatchObject({
        status: expect.any(Number),
        title: expect.any(String),
      });
    }
    expect(await socket.closed()).toMatchObject({ code: 4400 });
  });

  it("is closed at once if its text is not UTF-8", async () => {
    const socket = await sockets.authenticated(token);
    socket.socket.send(Buffer.from([0x22, 0xc3, 0x28, 0x22]), { binary: false });
    expect(await socket.closed()).toMatchObject({ code: 1007 });
  });
});

describe("too much", () => {
  it("is a frame over 64 KiB, in one part or in several", async () => {
    const frame = (bytes: number) => {
      const rest = JSON.stringify({ type: "ping", content: { x: "" } }).length;
      return JSON.stringify({ type: "ping", content: { x: "x".repeat(bytes - rest) } });
    };
    const socket = await sockets.authenticated(token);
    socket.socket.send(frame(longestFrame));
    await socket.next("pong");
    socket.socket.send(frame(longestFrame + 1));
    expect(await socket.closed()).toMatchObject({ code: 1009 });

    const other = await sockets.authenticated(token);
    for (const part of upTo(33)) other.socket.send("x".repeat(2048), { fin: part === 33 });
    expect(await other.closed()).toMatchObject({ code: 1009 });
  });

  it("are not 1,000 fragments of a frame, but an endless number", async () => {
    const socket = await sockets.authenticated(token);
    const text = JSON.stringify({ type: "ping", content: { x: "x".repeat(960) } });
    text.split("").forEach((part, i) => socket.socket.send(part, { fin: i === text.length - 1 }));
    await socket.next("pong");
    for (const _ of upTo(40_000)) socket.socket.send("x", { fin: false });
    // Whoever is still sending may not get to know why.
    expect([1006, 1008]).toContain((await socket.closed()).code);
  });

  it.each<[string, (socket: Socket) => void]>([
    ["frames", ({ send }) => send("ping")],
    ["frames that wait for each other", ({ send }) => send("typing", { chat_number: 1 })],
    ["WebSocket pings", ({ socket }) => socket.ping("x".repeat(125))],
  ])("are 1,000 %s at once", async (_, send) => {
    const socket = await sockets.authenticated(token, ann);
    for (const _time of upTo(1000)) send(socket);
    expect(await socket.closed()).toMatchObject({ code: 1008 });
    expect(socket.frames.length).toBeLessThan(60);
  });

  it("are more than 200 chats, however they are asked for", async () => {
    const { token: large } = await client.anApplication();
    for (const _ of upTo(25)) await Promise.all(upTo(9).map(() => client.aChat(large)));
    const cursors = (first: number, last: number) => ({
      chats: Object.fromEntries(
        upTo(last)
          .slice(first - 1)
          .map((n) => [n, 0]),
      ),
    });
    const socket = await sockets.authenticated(large);
    const tooMany = { type: "error", content: { type: "/problems/too-many-requests", status: 429 } };
    expect(await socket.ask("resume", cursors(1, 201))).toMatchObject(tooMany);
    expect((await socket.ask("resume", cursors(1, 199))).content).toMatchObject({ errors: [] });
    const { content } = await socket.ask("resume", cursors(199, 203));
    expect(content["errors"]).toHaveLength(3);
    expect(Object.keys(content["chats"] as object)).toHaveLength(2);
    expect(await socket.ask("connect-chat", { chat_number: 220 })).toMatchObject(tooMany);
    // Those that are connected may start over, and one that ends makes room for another.
    expect((await socket.ask("connect-chat", { chat_number: 7 })).type).toBe("connect-chat");
    await socket.ask("disconnect-chat", { chat_number: 7 });
    expect((await socket.ask("connect-chat", { chat_number: 220 })).type).toBe("connect-chat");
    expect(await socket.ask("connect-chat", { chat_number: 7 })).toMatchObject(tooMany);
  });
});

/** As many frames as it takes, each over a socket that has not sent too many. */
function createAsker(): (person: Person | undefined, type: string, content: unknown) => Promise<Frame> {
  let left = 0;
  let socket: Socket;
  let last: Person | undefined;
  return async (person, type, content) => {
    if (left === 0 || person !== last) {
      socket = await sockets.authenticated(token, person);
      [left, last] = [30, person];
    }
    left -= 1;
    return socket.ask(type, content as object);
  };
}

/** All at once. */
async function askAll(person: Person, asked: readonly [type: string, content: unknown][]): Promise<Frame[]> {
  const parts = upTo(Math.ceil(asked.length / 30)).map((i) => asked.slice((i - 1) * 30, i * 30));
  const answers = parts.map(async (part) => {
    const socket = await sockets.authenticated(token, person);
    return Promise.all(part.map(([type, content]) => socket.ask(type, content as object)));
  });
  return (await Promise.all(answers)).flat();
}

const noNumbers = [
  null,
  "1",
  "x",
  "",
  true,
  [],
  [1],
  {},
  0,
  -1,
  1.5,
  -0.1,
  1e300,
  2 ** 31,
  2 ** 53 + 2,
  "__proto__",
  "Common",
  { $gt: 0 },
];
const noCursors = noNumbers.filter((value) => value !== 0 && value !== 2 ** 31);
const noObjects = [null, [], "x", 7, true];
const noTexts = [undefined, null, 7, true, [], {}, "", "   ", "\u0000", "\ud800"];

describe("content of a wrong kind", () => {
  const place = { chat_number: 1 };
  const message = { ...place, message_number: 1, message_content: "x" };
  const each = (type: string, good: object, name: string, values: readonly unknown[]) =>
    values.map((value): [type: string, content: unknown] => [type, { ...good, [name]: value }]);
  const inChats = ["connect-chat", "disconnect-chat", "send-message", "typing", "read"].concat(
    "update-message",
    "delete-message",
  );
  const ofMessages = ["read", "update-message", "delete-message"];
  const ofSenders = ["send-message", "update-message", "delete-message", "read"];
  const table: [type: string, content: unknown][] = [
    ...["authenticate", "resume", ...inChats].flatMap((type) =>
      noObjects.map((content): [string, unknown] => [type, content]),
    ),
    ...inChats.flatMap((type) => [
      [type, { message_number: 1, message_content: "x" }] as [string, unknown],
      [type, { ...message, user_number: 2 }] as [string, unknown],
      ...each(type, message, "chat_number", noNumbers),
      ...each(type, { message_number: 1, message_content: "x" }, "user_number", [...noNumbers, "common"]),
    ]),
    ...ofMessages.flatMap((type) => each(type, message, "message_number", [undefined, ...noNumbers])),
    ...ofSenders.flatMap((type) =>
      each(type, message, "sender", ["1", 0, null, [], {}, { user_number: "1" }]),
    ),
    ...["send-message", "update-message"].flatMap((type) => each(type, message, "message_content", noTexts)),
    ...each("connect-chat", place, "last_change", noCursors),
    ...each("connect-chat", place, "last_number", noCursors),
    ...each("connect-chat", place, "application_token", [null, 7, {}]),
    ...each("send-message", message, "key", [7, null, {}, [], "x".repeat(67)]),
    ...["chats", "users"].flatMap((name) => [
      ...each("resume", {}, name, noObjects),
      ...each(
        "resume",
        {},
        name,
        ["0", "-1", "1.5", "01", "x", "1e3", " 1"].map((key) => ({ [key]: 0 })),
      ),
      ...each(
        "resume",
        {},
        name,
        noCursors.map((cursor) => ({ 1: cursor })),
      ),
    ]),
    ["resume", { users: { common: 0 } }],
  ];

  it("is refused with what is wrong, and the socket stays open", async () => {
    const answers = await askAll(ann, table);
    const wrong = answers.flatMap(({ type, content }, i) => {
      const { status, errors = [] } = content as { status: number; errors?: object[] };
      const isRight = type === "error" && status === 422 && errors.length > 0;
      return isRight ? [] : [{ asked: table[i], type, content }];
    });
    expect(wrong).toEqual([]);
    expect(table.length).toBeGreaterThan(400);
  });

  it("is refused for a key that none can be, and for nested lists without end", async () => {
    const ask = createAsker();
    for (const key of ["", "a b", "a\nb", "ключ", "a.b", "\u0000"]) {
      const { type, content } = await ask(ann, "send-message", { ...message, key });
      expect([type, key]).toEqual(["error", key]);
      expect([400, 422]).toContain(content["status"]);
    }
    const socket = await sockets.authenticated(token, ann);
    for (const depth of [100, 30_000]) {
      const nested = "[".repeat(depth) + "]".repeat(depth);
      socket.socket.send(
        `{"type":"send-message","id":${depth},"content":{"chat_number":1,"message_content":${nested}}}`,
      );
      expect((await socket.next("error", ({ id }) => id === depth)).content).toMatchObject({ status: 422 });
    }
    await expectAlive(socket);
  });

  it("changes nothing about objects", async () => {
    const socket = await sockets.authenticated(token, ann);
    const frame = `{"type":"resume","id":1,"content":{"chats":{"__proto__":0},"__proto__":{"polluted":true}}}`;
    socket.socket.send(frame);
    expect(await socket.next("resume")).toMatchObject({ content: { chats: {}, users: {}, errors: [] } });
    const sent = await socket.ask("send-message", { ...message, polluted: 1, constructor: { prototype: 1 } });
    expect(sent).toMatchObject({ type: "send-message", content: { sender: { user_number: ann.number } } });
    expect(sent.content).not.toHaveProperty("polluted");
  });
});

describe("in another's name", () => {
  it("nothing is sent, edited, deleted or read", async () => {
    const ask = createAsker();
    const asked = { chat_number: 1, message_number: 1, message_content: "forged" };
    for (const type of ["send-message", "update-message", "delete-message", "read"]) {
      for (const sender of [ben.number, { user_number: ben.number }, 99]) {
        for (const person of [ann, undefined]) {
          const { content, type: answered } = await ask(person, type, { ...asked, sender });
          expect([answered, content["status"], content["type"]]).toEqual([
            "error",
            403,
            "/problems/credential-wrong",
          ]);
        }
      }
    }
    for (const type of ["update-message", "delete-message"]) {
      expect((await ask(ben, type, asked)).content).toMatchObject({ status: 403 });
      expect((await ask(undefined, type, asked)).content).toMatchObject({ status: 401 });
    }
    const own = { ...asked, message_content: "own", sender: { user_number: ann.number } };
    expect((await ask(ann, "update-message", own)).type).toBe("update-message");
  });
});

describe("what is not one's own", () => {
  const places = ["connect-chat", "send-message", "update-message", "delete-message", "read", "typing"];

  /** What tells nothing of the thing that was asked for: all but its number. */
  const outline = ({ type, content }: Frame, number: number) =>
    `${type} ${JSON.stringify(content).replaceAll(new RegExp(`\\b${number}\\b`, "g"), "N")}`;

  it("is as what does not exist: private chats, and chats of other applications", async () => {
    await people.must(201, "POST", `/${token}/chats`, { private: true }, as(ann));
    await people.must(201, "POST", `/${token}/chats/2/messages`, { message_content: "secret" }, as(ann));
    await people.must(200, "PUT", `/${token}/chats/2/members/${ben.number}`, undefined, as(ann));
    await people.must(204, "DELETE", `/${token}/chats/2/members/${ben.number}`, undefined, as(ann));
    // Numbered as none of the application's own.
    const other = await client.anApplication();
    for (const _ of upTo(3)) await client.aChat(other.token);
    await house.world.drained();
    const ask = createAsker();
    for (const person of [carl, ben, undefined]) {
      for (const type of places) {
        const about = (n: number) => ({ chat_number: n, message_number: 1, message_content: "x" });
        const told = new Set<string>();
        for (const chat of [2, 3, 99]) told.add(outline(await ask(person, type, about(chat)), chat));
        expect([...told]).toEqual([expect.stringMatching(/^error .*"status":40[14]/)]);
      }
      const { content } = await ask(person, "resume", { chats: { 2: 0, 3: 0, 99: 0 } });
      const errors = content["errors"] as { chat_number: number; error: object }[];
      expect(
        new Set(errors.map(({ chat_number: n, error }) => outline({ type: "", content: { ...error } }, n)))
          .size,
      ).toBe(1);
      expect(content["chats"]).toEqual({});
    }
  });

  it("is as a user who does not exist: somebody who has blocked one", async () => {
    await people.must(204, "PUT", `/${token}/users/me/blocks/${carl.number}`, undefined, as(ann));
    const ask = createAsker();
    for (const type of ["connect-chat", "send-message", "typing"]) {
      const about = (n: number) => ({ user_number: n, message_number: 1, message_content: "x" });
      const blocked = outline(await ask(carl, type, about(ann.number)), ann.number);
      expect(blocked).toBe(outline(await ask(carl, type, about(999)), 999));
      expect(blocked).toMatch(/^error .*"status":404/);
    }
    for (const [person, status] of [
      [undefined, 401],
      [{ ...ann, access_token: secret }, 403],
    ] as const) {
      const { content } = await ask(person, "connect-chat", { user_number: ben.number });
      expect(content["status"]).toBe(status);
    }
    const own = await ask(ann, "connect-chat", { user_number: ann.number });
    expect(own.content).toMatchObject({ status: 422 });
  });

  it("is nothing that a token of another application opens", async () => {
    const other = await client.anApplication();
    const socket = sockets.open();
    for (const tokens of [
      { application_token: other.token, access_token: ann.access_token },
      { application_token: other.token, access_token: secret },
      { application_token: uuid(), access_token: ann.access_token },
    ]) {
      expect((await socket.ask("authenticate", tokens)).type).toBe("error");
      expect((await socket.ask("connect-chat", { chat_number: 1, ...tokens })).type).toBe("error");
    }
    await waitUntil(() => socket.frames.length === 0);
  });
});
