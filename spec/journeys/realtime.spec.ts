/** Sockets: what happens in a chat comes at once, and what has happened meanwhile comes first. */
import { afterEach, describe, expect, it } from "@jest/globals";
import { bearer } from "../support/ask.ts";
import { as, type Person } from "../support/people.ts";
import { startHouse } from "../support/house.ts";
import { openSocket, type Socket } from "../support/sockets.ts";

const house = startHouse({ withSearch: false, realtimeServices: 2 });
const { client, people } = house;

const say = (message_content: string) => ({ message_content });
const opened: Socket[] = [];
afterEach(() => {
  for (const socket of opened.splice(0)) socket.close();
});

/** Authenticated: as somebody, or as a guest. */
async function aSocket(token: string, person?: Person): Promise<Socket> {
  const socket = openSocket(house.world.url);
  opened.push(socket);
  const answer = await socket.ask("authenticate", {
    application_token: token,
    access_token: person?.access_token,
  });
  expect(answer.type).toBe("authenticate");
  return socket;
}

describe("two people in a chat", () => {
  it("see what the other sends, edits and deletes, each once and in order", async () => {
    const { token, secret } = await client.anApplication();
    const [ann, ben] = [await people.mint(token, secret), await people.mint(token, secret)];
    await people.must(201, "POST", `/${token}/chats`, { chat_name: "General" });
    const [one, other] = [await aSocket(token, ann), await aSocket(token, ben)];
    expect(await one.ask("connect-chat", { chat_number: 1 })).toMatchObject({
      type: "connect-chat",
      content: { chat_number: 1, last_change: 0, present: [1] },
    });
    expect((await other.ask("connect-chat", { chat_number: 1 })).content).toMatchObject({ present: [1, 2] });
    expect((await one.next("presence")).content).toEqual({
      chat_number: 1,
      user: { user_number: 2, username: ben.username },
      status: "online",
    });
    const sent = await one.ask("send-message", { chat_number: 1, ...say("hello"), key: "first" });
    expect(sent).toMatchObject({ type: "send-message", content: { message_number: 1 } });
    const again = await one.ask("send-message", { chat_number: 1, ...say("hello"), key: "first" });
    expect(again.content).toEqual(sent.content);
    for (const socket of [one, other]) {
      expect((await socket.next("message")).content).toMatchObject({
        chat_number: 1,
        message_number: 1,
        message_content: "hello",
        sender: { user_number: 1, username: ann.username },
        change_number: 1,
        previous_change: 0,
      });
    }
    await one.ask("update-message", { chat_number: 1, message_number: 1, ...say("hello!") });
    expect((await other.next("message-updated")).content).toMatchObject({
      message_content: "hello!",
      change_number: 2,
      previous_change: 1,
    });
    await one.ask("delete-message", { chat_number: 1, message_number: 1 });
    expect((await other.next("message-deleted")).content).toEqual({
      chat_number: 1,
      message_number: 1,
      change_number: 3,
      previous_change: 2,
    });
    await one.ask("typing", { chat_number: 1 });
    expect((await other.next("typing")).content).toMatchObject({ chat_number: 1, user: { user_number: 1 } });
    expect(await other.ask("read", { chat_number: 1, message_number: 1 })).toMatchObject({
      type: "read",
      content: { chat_number: 1, message_number: 1 },
    });
    expect((await one.next("read")).content).toEqual({
      chat_number: 1,
      user: { user_number: 2, username: ben.username },
      message_number: 1,
    });
    await people.must(200, "PUT", `/${token}/chats/1/members/2`, undefined, as(ben));
    expect((await one.next("join")).content).toMatchObject({ user: { user_number: 2 }, role: "member" });
    await people.must(200, "PATCH", `/${token}/chats/1`, { chat_name: "All" }, as(ann));
    expect((await one.next("chat-updated")).content).toMatchObject({ chat_name: "All", change_number: 5 });
    other.close();
    expect((await one.next("presence")).content).toMatchObject({ status: "offline" });
    // Its own edit and delete, and nothing twice.
    expect(one.frames.map(({ type }) => type)).toEqual(["message-updated", "message-deleted"]);
  });

  it("get what they have missed before what is new, whether they know a change or a number", async () => {
    const { token } = await client.anApplication();
    await people.must(201, "POST", `/${token}/chats`, {});
    const chat = `/${token}/chats/1`;
    for (const text of ["one", "two", "three"]) await people.must(201, "POST", `${chat}/messages`, say(text));
    await house.world.drained();
    const socket = await aSocket(token);
    await socket.ask("connect-chat", { chat_number: 1, last_change: 1 });
    expect((await socket.next("message")).content).toMatchObject({ message_number: 2, previous_change: 1 });
    expect((await socket.next("message")).content).toMatchObject({ message_number: 3, previous_change: 2 });
    await people.must(200, "PATCH", `${chat}/messages/1`, say("one!"));
    expect((await socket.next("message-updated")).content).toMatchObject({ previous_change: 3 });
    await socket.ask("connect-chat", { chat_number: 1, last_number: 2 });
    expect((await socket.next("message")).content).toMatchObject({ message_number: 3 });
    await socket.ask("disconnect-chat", { chat_number: 1 });
    await people.must(201, "POST", `${chat}/messages`, say("four"));
    await house.world.drained();
    const resumed = await socket.ask("resume", { chats: { 1: 4, 7: 0, common: 0 } });
    expect(resumed.content).toMatchObject({
      chats: { common: 0 },
      errors: [{ chat_number: 7, error: { type: "/problems/chat-not-found", status: 404 } }],
    });
    expect((await socket.next("message")).content).toMatchObject({ message_number: 4, previous_change: 4 });
    expect(socket.frames).toEqual([]);
  });

  it("are told when it is deleted, and that nothing is there afterwards", async () => {
    const { token, secret } = await client.anApplication();
    await client.aChat(token);
    const socket = await aSocket(token);
    await socket.ask("connect-chat", { chat_number: 1 });
    await people.must(204, "DELETE", `/${token}/chats/1`, undefined, bearer(secret));
    expect((await socket.next("chat-updated")).content).toMatchObject({ chat_number: 1, deleted: true });
    for (const [chat, slug, status] of [
      [1, "chat-deleted", 410],
      [2, "chat-not-found", 404],
    ] as const) {
      expect(await socket.ask("connect-chat", { chat_number: chat })).toMatchObject({
        type: "error",
        content: { type: `/problems/${slug}`, status },
      });
    }
    expect((await socket.ask("disconnect-chat", { chat_number: 1 })).type).toBe("error");
  });

  it("are told to read by themselves what is too much, and go on from there", async () => {
    const { token } = await client.anApplication();
    await client.aChat(token);
    for (let i = 0; i < 13; i += 1) {
      await Promise.all(Array.from({ length: 100 }, () => client.send(token, 1, "much")));
    }
    await house.world.drained();
    const socket = await aSocket(token);
    const { content } = await socket.ask("connect-chat", { chat_number: 1, last_change: 100 });
    expect(content).toMatchObject({ last_change: 1300 });
    expect((await socket.next("resync")).content).toEqual({ chat_number: 1, last_change: 1300 });
    const changes = socket.frames.map((frame) => frame.content["change_number"]);
    expect(changes).toEqual(Array.from({ length: 1000 }, (_, i) => 101 + i));
    await client.send(token, 1, "live");
    await socket.next("message", (frame) => frame.content["previous_change"] === 1300);
  });

  it("are sent elsewhere when their process stops, told when, and miss nothing", async () => {
    const { token } = await client.anApplication();
    await client.aChat(token);
    const [first] = house.world.realtimes;
    if (!first) throw new Error("there is no realtime-service");
    const socket = openSocket(first.url);
    opened.push(socket);
    await socket.ask("connect-chat", { application_token: token, chat_number: 1 });
    await client.send(token, 1, "before");
    await socket.next("message");
    await first.stopGently();
    const { code, reason } = await socket.closed();
    expect(code).toBe(1012);
    expect(JSON.parse(reason)).toEqual({ reconnect_after_ms: expect.any(Number) });
    await client.send(token, 1, "meanwhile");
    // nginx leads to the other one.
    const next = await aSocket(token);
    await next.ask("resume", { chats: { 1: 1 } });
    expect((await next.next("message")).content).toMatchObject({
      message_content: "meanwhile",
      previous_change: 1,
    });
    await first.start();
  });

  it("write to each other, and are notified of what they have not connected", async () => {
    const { token, secret } = await client.anApplication();
    const [ann, ben, carl] = [
      await people.mint(token, secret),
      await people.mint(token, secret),
      await people.mint(token, secret),
    ];
    const [one, other, third] = [
      await aSocket(token, ann),
      await aSocket(token, ben),
      await aSocket(token, carl),
    ];
    await one.ask("send-message", { user_number: 2, ...say("psst") });
    expect((await other.next("notification")).content).toMatchObject({
      user_number: 1,
      message_number: 1,
      message_content: "psst",
    });
    await other.ask("connect-chat", { user_number: 1, last_change: 0 });
    await one.ask("connect-chat", { user_number: 2 });
    expect((await other.next("message")).content).toMatchObject({ user_number: 1, message_content: "psst" });
    await other.ask("send-message", { user_number: 1, ...say("yes?") });
    expect((await one.next("message")).content).toMatchObject({ user_number: 2, message_content: "yes?" });
    await other.next("message");
    expect([one.frames, third.frames].flat().filter(({ type }) => type !== "presence")).toEqual([]);
  });
});
