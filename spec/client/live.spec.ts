/** The client's live side with a clock and a network of the spec's own: when it comes back, what it resumes, what it sends. */
import { afterEach, beforeEach, describe, expect, it, jest } from "@jest/globals";
import { createParley, type LiveChat, type Parley, type Status } from "../../services/client/src/index.ts";
import { createFakeNetwork } from "./fake-network.ts";

const applicationToken = "22398941-880a-4f0d-a44d-d45707392b97";
const url = "http://parley.invalid";
let network = createFakeNetwork();
let parley: Parley;
let statuses: Status[];

/** All that is due at once. */
const turn = (): Promise<void> => jest.advanceTimersByTimeAsync(0);

function start(more: object = {}): void {
  network = createFakeNetwork();
  parley = createParley({ url, applicationToken, WebSocket: network.WebSocket, ...more });
  statuses = [];
  parley.live.on("status", (status) => statuses.push(status));
  parley.live.start();
}

async function getOnline(): Promise<void> {
  network.last.open();
  await turn();
  network.last.answer("authenticate", {});
  await turn();
}

async function connectChat(head = 0): Promise<LiveChat> {
  const connecting = parley.live.connect(1);
  await turn();
  network.last.answer("connect-chat", { chat_number: 1, last_change: head, present: [] });
  return connecting;
}

const message = (number: number, previous = number - 1) => ({
  chat_number: 1,
  change_number: number,
  previous_change: previous,
  message_number: number,
  message_content: `m${number}`,
  created_at: "2026-11-27T12:00:00.000Z",
});
const contents = (chat: LiveChat): string[] => chat.messages.map((one) => one.message_content);

beforeEach(() => {
  jest.useFakeTimers();
  jest.spyOn(Math, "random").mockReturnValue(0.5);
  start();
});
afterEach(() => {
  parley.live.close();
  jest.useRealTimers();
  jest.restoreAllMocks();
});

describe("a connection", () => {
  it("comes back after longer and longer pauses, and after a short one once it was there", async () => {
    for (const ms of [250, 500, 1000, 2000, 4000, 8000, 15_000, 15_000]) {
      network.last.cut();
      const before = network.sockets.length;
      await jest.advanceTimersByTimeAsync(ms - 1);
      expect(network.sockets).toHaveLength(before);
      await jest.advanceTimersByTimeAsync(1);
      expect(network.sockets).toHaveLength(before + 1);
    }
    await getOnline();
    network.last.cut();
    await jest.advanceTimersByTimeAsync(250);
    expect(statuses.slice(-4)).toEqual(["connecting", "online", "offline", "connecting"]);
  });

  it("comes back after a restart when the server has said, and not before", async () => {
    await getOnline();
    network.last.cut(1012, JSON.stringify({ reconnect_after_ms: 3210 }));
    await jest.advanceTimersByTimeAsync(3209);
    expect(network.sockets).toHaveLength(1);
    await jest.advanceTimersByTimeAsync(1);
    expect(network.sockets).toHaveLength(2);
  });

  it("is given up when it is silent and a ping is not answered", async () => {
    await getOnline();
    await jest.advanceTimersByTimeAsync(30_000);
    network.last.answer("ping");
    await jest.advanceTimersByTimeAsync(30_000);
    expect(network.last.sent.filter(({ type }) => type === "ping")).toHaveLength(2);
    expect(parley.live.status).toBe("online");
    await jest.advanceTimersByTimeAsync(10_250);
    expect(network.sockets).toHaveLength(2);
  });

  it("is not tried again with tokens that are good no more", async () => {
    network.last.open();
    await turn();
    network.last.refuse("authenticate", { type: "/problems/access-token-invalid", status: 401 });
    await jest.advanceTimersByTimeAsync(60_000);
    expect([statuses.at(-1), network.sockets.length]).toEqual(["logged-out", 1]);
  });

  it("closes for good", async () => {
    await getOnline();
    parley.live.close();
    await jest.advanceTimersByTimeAsync(60_000);
    expect([statuses.at(-1), network.sockets.length]).toEqual(["closed", 1]);
  });
});

describe("a chat", () => {
  it("is resumed from its last change, and takes each change once", async () => {
    await getOnline();
    const chat = await connectChat(4);
    network.last.tell("message", message(5));
    network.last.tell("message", message(5));
    expect(contents(chat)).toEqual(["m5"]);
    network.last.cut();
    await jest.advanceTimersByTimeAsync(250);
    await getOnline();
    expect(network.last.sent.at(-1)).toMatchObject({
      type: "resume",
      content: { chats: { 1: 5 }, users: {} },
    });
    network.last.tell("message", message(6));
    network.last.answer("resume", { chats: { 1: 6 }, users: {}, errors: [] });
    expect(contents(chat)).toEqual(["m5", "m6"]);
  });

  it("reads what is missing before it shows what follows", async () => {
    await getOnline();
    const chat = await connectChat(0);
    const read = Promise.withResolvers<Response>();
    const asked = jest.spyOn(globalThis, "fetch").mockReturnValueOnce(read.promise);
    network.last.tell("message", message(1));
    network.last.tell("message", message(3));
    network.last.tell("message", message(4));
    expect(contents(chat)).toEqual(["m1"]);
    await turn();
    const [address] = asked.mock.calls[0] ?? [];
    expect((address as URL).href).toContain("/chats/1/changes?after=1");
    const missed = [2, 3].map((number) => ({ type: "message", content: message(number) }));
    read.resolve(new Response(JSON.stringify(missed), { headers: { "Last-Change": "3" } }));
    await turn();
    expect(contents(chat)).toEqual(["m1", "m2", "m3", "m4"]);
    expect(asked).toHaveBeenCalledTimes(1);
  });

  it("reads on when a head says that something was lost", async () => {
    await getOnline();
    const chat = await connectChat(0);
    const missed = [{ type: "message", content: message(1) }];
    const page = new Response(JSON.stringify(missed), { headers: { "Last-Change": "1" } });
    const asked = jest.spyOn(globalThis, "fetch").mockResolvedValueOnce(page);
    network.last.tell("heads", { chats: { 1: 1 } });
    await turn();
    network.last.tell("heads", { chats: { 1: 1 } });
    await turn();
    expect([contents(chat), asked.mock.calls.length]).toEqual([["m1"], 1]);
  });

  it("is connected though the connection is lost before the answer", async () => {
    await getOnline();
    const connecting = parley.live.connect(1);
    await turn();
    network.last.cut();
    await jest.advanceTimersByTimeAsync(1000);
    await getOnline();
    await jest.advanceTimersByTimeAsync(1000);
    network.last.answer("connect-chat", { chat_number: 1, last_change: 7, present: [] });
    expect((await connecting).cursor).toBe(7);
  });

  it("has ended when what is missing may be read no more, and does not ask again", async () => {
    await getOnline();
    const chat = await connectChat(0);
    const asked = jest
      .spyOn(globalThis, "fetch")
      .mockImplementation(() =>
        Promise.resolve(new Response('{"type":"/problems/chat-not-found"}', { status: 404 })),
      );
    network.last.tell("message", message(2));
    network.last.tell("message", message(3));
    await jest.advanceTimersByTimeAsync(60_000);
    expect([chat.isEnded, asked.mock.calls.length]).toEqual([true, 1]);
  });

  it("has ended when it may be read no more", async () => {
    await getOnline();
    const chat = await connectChat(0);
    network.last.tell("error", { chat_number: 1, type: "/problems/chat-not-found", status: 404 });
    expect(chat.isEnded).toBe(true);
  });
});

describe("a message that is sent", () => {
  it("is shown at once, and once when it comes back, in whatever order", async () => {
    await getOnline();
    const chat = await connectChat(0);
    chat.send("m1");
    chat.send("m2");
    expect(chat.outgoing.map(({ content }) => content)).toEqual(["m1", "m2"]);
    await turn();
    network.last.answer("send-message", { message_number: 1, message_content: "m1" });
    await turn();
    expect([contents(chat), chat.outgoing.length]).toEqual([["m1"], 1]);
    network.last.tell("message", message(1));
    network.last.tell("message", message(2));
    network.last.answer("send-message", { message_number: 2, message_content: "m2" });
    await turn();
    expect([contents(chat), chat.outgoing]).toEqual([["m1", "m2"], []]);
  });

  it("is sent again under its key until it is known what became of it, and those behind it wait", async () => {
    await getOnline();
    const chat = await connectChat(0);
    const { key } = chat.send("m1");
    chat.send("m2");
    await turn();
    network.last.cut();
    await jest.advanceTimersByTimeAsync(300);
    await getOnline();
    await jest.advanceTimersByTimeAsync(300);
    const again = network.last.sent.filter(({ type }) => type === "send-message");
    expect(again).toMatchObject([{ content: { key, message_content: "m1" } }]);
    network.last.refuse("send-message", { type: "/problems/unconfirmed", status: 503 });
    await jest.advanceTimersByTimeAsync(10_000);
    network.last.answer("send-message", { message_number: 1, message_content: "m1" });
    await turn();
    const all = network.last.sent.filter(({ type }) => type === "send-message").map(({ content }) => content);
    expect(all.map((content) => content["message_content"])).toEqual(["m1", "m1", "m2"]);
    expect(all[1]?.["key"]).toBe(key);
  });

  it("waits while nobody is logged in, and is sent after that", async () => {
    await getOnline();
    const chat = await connectChat(0);
    network.last.cut(4401);
    await turn();
    expect(parley.live.status).toBe("logged-out");
    chat.send("m1");
    await jest.advanceTimersByTimeAsync(60_000);
    parley.live.start();
    await getOnline();
    const sent = network.last.sent.find(({ type }) => type === "send-message");
    expect(sent).toMatchObject({ content: { message_content: "m1" } });
  });

  it("has failed when it is refused, and can be sent again or discarded", async () => {
    await getOnline();
    const chat = await connectChat(0);
    const { key } = chat.send(" ");
    await turn();
    network.last.refuse("send-message", { type: "/problems/invalid", status: 422, detail: "no" });
    await turn();
    expect(chat.outgoing).toMatchObject([{ key, status: "failed", problem: { status: 422 } }]);
    chat.retry(key);
    await turn();
    expect(network.last.sent.filter(({ content }) => content["key"] === key)).toHaveLength(2);
    network.last.refuse("send-message", { type: "/problems/invalid", status: 422, detail: "no" });
    await turn();
    chat.discard(key);
    expect(chat.outgoing).toEqual([]);
  });
});
