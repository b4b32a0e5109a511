/** Sockets are told of what their users may read now, and of nothing else, whatever they could read before. */
import { setTimeout as pause } from "node:timers/promises";
import { describe, expect, it } from "@jest/globals";
import { startHouse } from "../support/house.ts";
import { as, type Person } from "../support/people.ts";
import { createSockets, type Frame, type Socket } from "../support/sockets.ts";
import { waitUntil } from "../support/wait-until.ts";
import { upTo } from "../support/writers.ts";

const house = startHouse({ withSearch: false, realtimeServices: 2 });
const { client, people } = house;
// nginx gives them in turn to the two processes.
const sockets = createSockets(() => house.world.url);

const say = (message_content: string) => ({ message_content });
/** Within so long nobody may be told any more. */
const soonMs = 1000;

/** In a private chat 1 are Ann, its owner, and all others but the last. */
async function aPrivateChat(count: number) {
  const { token, secret } = await client.anApplication();
  const all: Person[] = [];
  for (const _ of upTo(count)) all.push(await people.mint(token, secret));
  const [ann, ben, last] = [all[0] as Person, all[1] as Person, all.at(-1) as Person];
  await people.must(201, "POST", `/${token}/chats`, { private: true }, as(ann));
  const chat = `/${token}/chats/1`;
  const add = (person: Person) =>
    people.must(200, "PUT", `${chat}/members/${person.number}`, undefined, as(ann));
  const remove = (person: Person) =>
    people.must(204, "DELETE", `${chat}/members/${person.number}`, undefined, as(ann));
  for (const person of all.slice(1, -1)) await add(person);
  const send = (text: string, person = ann) =>
    people.must(201, "POST", `${chat}/messages`, say(text), as(person));
  return { token, secret, ann, ben, last, chat, add, remove, send };
}

const textsOf = ({ frames }: Socket): string[] =>
  frames.flatMap(({ content }) =>
    typeof content["message_content"] === "string" ? [content["message_content"]] : [],
  );
const connected = async (
  token: string,
  person: Pick<Person, "access_token">,
  place: object,
): Promise<Socket> => {
  const socket = await sockets.authenticated(token, person);
  expect((await socket.ask("connect-chat", place)).type).toBe("connect-chat");
  return socket;
};

describe("a removed member", () => {
  it("is told of nothing more, but that it is removed, on all of its sockets", async () => {
    const { token, ann, ben, add, remove, send } = await aPrivateChat(3);
    const anns = await connected(token, ann, { chat_number: 1 });
    for (const round of upTo(3)) {
      const bens = [];
      for (const _ of upTo(4)) bens.push(await connected(token, ben, { chat_number: 1 }));
      // To be notified.
      for (const _ of upTo(2)) bens.push(await sockets.authenticated(token, ben));
      await send(`before ${round}`);
      for (const socket of bens) await waitUntil(() => textsOf(socket).includes(`before ${round}`));
      let isOver = false;
      const sending = (async () => {
        for (let i = 0; !isOver; i += 1) await send(`meanwhile ${round} ${i}`);
      })();
      await remove(ben);
      const removedAt = performance.now();
      for (const socket of bens.slice(0, 4)) {
        const told = await socket.next("error", undefined, soonMs);
        expect(told).toMatchObject({
          content: { chat_number: 1, type: "/problems/chat-not-found", status: 404 },
        });
        expect(told).not.toHaveProperty("id");
      }
      await pause(removedAt + soonMs - performance.now());
      isOver = true;
      await sending;
      await send(`after ${round}`);
      await anns.next("message", ({ content }) => content["message_content"] === `after ${round}`);
      for (const socket of bens) {
        expect((await socket.ask("ping")).type).toBe("pong");
        expect(textsOf(socket)).not.toContain(`after ${round}`);
        for (const type of ["connect-chat", "typing", "disconnect-chat"]) {
          const answer = await socket.ask(type, { chat_number: 1 });
          expect(answer).toMatchObject({ type: "error", content: { status: 404 } });
        }
      }
      await add(ben);
      expect((await bens[0]?.ask("connect-chat", { chat_number: 1 }))?.type).toBe("connect-chat");
    }
  });

  it("is not let in by being removed just while it connects", async () => {
    const { token, ben, add, remove, send } = await aPrivateChat(3);
    const insiders: Socket[] = [];
    for (const round of upTo(30)) {
      const socket = await sockets.authenticated(token, ben);
      const asked = socket.ask("connect-chat", { chat_number: 1 });
      await pause(round % 10);
      await remove(ben);
      if ((await asked).type === "connect-chat") insiders.push(socket);
      await pause(round % 3);
      await add(ben);
    }
    await remove(ben);
    await pause(soonMs);
    await send("secret");
    await house.world.drained();
    await pause(500);
    for (const socket of insiders) expect(textsOf(socket)).toEqual([]);
  });

  it("is not notified, also where somebody remembers that it was a member", async () => {
    const { token, ann, ben, remove, send } = await aPrivateChat(3);
    const before = [await sockets.authenticated(token, ben), await sockets.authenticated(token, ben)];
    await send("before");
    for (const socket of before) await socket.next("notification");
    for (const { socket } of before) socket.terminate();
    await pause(200);
    await remove(ben);
    const after = [await sockets.authenticated(token, ben), await sockets.authenticated(token, ben)];
    const anns = await connected(token, ann, { chat_number: 1 });
    await send("after");
    await anns.next("message");
    await pause(500);
    expect(after.map(({ frames }) => frames)).toEqual([[], []]);
  });
});

describe("a private chat", () => {
  it("is nothing that others are told of, whatever happens in it", async () => {
    const { token, ann, ben, last: stranger, chat, send } = await aPrivateChat(3);
    const other = await client.anApplication();
    await client.aChat(other.token);
    const outsiders = [
      await sockets.authenticated(token, stranger),
      await sockets.authenticated(token, stranger),
      await sockets.authenticated(token),
      await connected(other.token, { access_token: other.secret }, { chat_number: 1 }),
    ];
    const [anns, bens] = [
      await connected(token, ann, { chat_number: 1 }),
      await connected(token, ben, { chat_number: 1 }),
    ];
    await send("secret");
    await people.must(200, "PATCH", `${chat}/messages/1`, say("secret!"), as(ann));
    await people.must(200, "PATCH", chat, { chat_name: "secret" }, as(ann));
    await bens.ask("typing", { chat_number: 1 });
    await bens.ask("read", { chat_number: 1, message_number: 1 });
    await people.must(200, "PUT", `${chat}/members/2`, { role: "moderator" }, as(ann));
    await people.must(204, "DELETE", `${chat}/messages/1`, undefined, as(ann));
    bens.close();
    for (const type of [
      "presence",
      "message",
      "message-updated",
      "chat-updated",
      "typing",
      "read",
      "join",
      "message-deleted",
    ]) {
      await anns.next(type);
    }
    await anns.next("presence", ({ content }) => content["status"] === "offline");
    for (const socket of outsiders) {
      expect((await socket.ask("ping")).type).toBe("pong");
      expect(socket.frames).toEqual([]);
    }
  });
});

describe("a conversation", () => {
  it("reaches all sockets of the two, and nobody else", async () => {
    const { token, secret, ann, ben, last: carl } = await aPrivateChat(3);
    const of = async (person: Person, place: object) => [
      await connected(token, person, place),
      await connected(token, person, place),
    ];
    const anns = await of(ann, { user_number: ben.number });
    const bens = await of(ben, { user_number: ann.number });
    const unconnected = await sockets.authenticated(token, ben);
    const carls = [
      ...(await of(carl, { user_number: ann.number })),
      ...(await of(carl, { user_number: ben.number })),
      await sockets.authenticated(token, carl),
      await sockets.authenticated(token),
      await sockets.authenticated(token, { access_token: secret }),
    ];
    await anns[0]?.ask("send-message", { user_number: ben.number, ...say("psst") });
    for (const socket of anns) {
      const { content } = await socket.next("message");
      expect(content).toMatchObject({ user_number: ben.number, message_content: "psst" });
    }
    for (const socket of bens) {
      const { content } = await socket.next("message");
      expect(content).toMatchObject({ user_number: ann.number, message_content: "psst" });
    }
    const { content } = await unconnected.next("notification");
    expect(content).toMatchObject({ user_number: ann.number, message_content: "psst" });
    await bens[0]?.ask("typing", { user_number: ann.number });
    await bens[0]?.ask("read", { user_number: ann.number, message_number: 1 });
    for (const socket of anns) {
      for (const type of ["typing", "read"]) {
        expect((await socket.next(type)).content).toMatchObject({
          user_number: ben.number,
          user: { user_number: ben.number },
        });
      }
    }
    // How far one has read one's own other devices are told, but not what one is typing.
    await bens[1]?.next("read");
    const isNews = ({ type }: Frame) => type !== "presence";
    expect(bens[1]?.frames.filter(isNews)).toEqual([]);
    for (const socket of [...carls, unconnected]) expect(socket.frames.filter(isNews)).toEqual([]);
    for (const socket of carls) expect(JSON.stringify(socket.frames)).not.toContain("psst");
  });

  it("is silent while one has blocked the other, and goes on afterwards", async () => {
    const { token, ann, ben } = await aPrivateChat(3);
    await client.aChat(token);
    const [here, there] = [{ user_number: ben.number }, { user_number: ann.number }];
    const anns = await connected(token, ann, here);
    let bens = await connected(token, ben, there);
    // Where both are seen to come and go all the same.
    await anns.ask("connect-chat", { chat_number: 2 });
    await bens.ask("connect-chat", { chat_number: 2 });
    const inCommon = ({ content }: Frame) => content["chat_number"] === 2;
    await anns.next("presence", inCommon);
    anns.frames.splice(0);
    await people.must(204, "PUT", `/${token}/users/me/blocks/${ben.number}`, undefined, as(ann));

    expect(await bens.ask("typing", there)).toMatchObject({ type: "error", content: { status: 404 } });
    expect(await anns.ask("typing", here)).toMatchObject({ type: "error", content: { status: 403 } });
    const refused = await bens.ask("send-message", { ...there, ...say("let me in") });
    expect(refused).toMatchObject({ type: "error", content: { status: 404 } });
    bens.close();
    await anns.next("presence", inCommon);
    bens = await connected(token, ben, { chat_number: 2 });
    const again = await bens.ask("connect-chat", there);
    expect(again.content).toMatchObject({ user_number: ann.number, present: [] });
    await anns.next("presence", inCommon);
    expect([anns.frames, bens.frames]).toEqual([[], []]);

    await people.must(204, "DELETE", `/${token}/users/me/blocks/${ben.number}`, undefined, as(ann));
    await bens.ask("typing", there);
    await anns.next("typing");
    await bens.ask("send-message", { ...there, ...say("thanks") });
    expect((await anns.next("message")).content).toMatchObject({ message_content: "thanks" });
  });
});
