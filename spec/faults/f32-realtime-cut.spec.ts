/** Realtime-service loses RabbitMQ, Redis or some seconds: no client notices, none misses anything, and none sees too much. */
import { setTimeout as pause } from "node:timers/promises";
import { afterEach, describe, expect, it } from "@jest/globals";
import { connect } from "amqplib";
import { Redis } from "ioredis";
import { exchanges } from "@parley/common/topology";
import { startHouse } from "../support/house.ts";
import { findDifferences, startModelClient, type ModelClient } from "../support/model-client.ts";
import { as } from "../support/people.ts";
import { createSockets } from "../support/sockets.ts";
import { waitUntil } from "../support/wait-until.ts";
import { upTo } from "../support/writers.ts";

const house = startHouse({
  withSearch: false,
  own: ["redis"],
  realtimeServices: 1,
  proxied: ["realtime-rabbitmq", "realtime-redis"],
});
const { client, people } = house;
const sockets = createSockets(() => house.world.url);
const clients: ModelClient[] = [];
afterEach(() => {
  for (const one of clients.splice(0)) one.stop();
});

const say = (message_content: string) => ({ message_content });
const garbage = ["", "{", "null", "[]", "7", "\u0000"];
/** Less than until everything is looked for anyway. */
const soonMs = 15_000;

/** Its shard may still be closed, after a Redis that was killed. */
const anOpenApplication = () => waitUntil(() => client.anApplication());

/** Sends, edits and deletes while the fault comes and goes; everybody is there before it, and has all of it soon after. */
async function expectUnnoticed(fault: (token: string) => Promise<unknown>): Promise<void> {
  const { token } = await anOpenApplication();
  const chat = await client.aChat(token);
  const messages = `/${token}/chats/${chat}/messages`;
  for (const _ of upTo(5)) clients.push(startModelClient({ url: house.world.url, token, chats: [chat] }));
  await people.must(201, "POST", messages, say("first"));
  await waitUntil(() => clients.every((one) => one.messages(chat).size === 1));
  let isOver = false;
  const send = async (writer: number): Promise<void> => {
    for (let i = 1; !isOver; i += 1) {
      const sent = await client.send(token, chat, `message ${i} of ${writer}`);
      if (sent.status !== 201) continue;
      const path = `${messages}/${Number(sent.body["message_number"])}`;
      // At once, so that some are changed again while they are told.
      if (i % 2 === 0) await client.call("PATCH", path, say(`edited ${i}`));
      if (i % 7 === 0) await client.call("DELETE", path);
    }
  };
  const sending = Promise.all(upTo(4).map(send));
  await pause(300);
  await fault(token);
  await pause(300);
  isOver = true;
  await sending;
  await house.world.drained();
  await waitUntil(async () => (await findDifferences(house.world.url, clients)).length === 0, soonMs).catch(
    async () => expect(await findDifferences(house.world.url, clients)).toEqual([]),
  );
  for (const { seen, closes, repeated } of clients) {
    expect({ ...seen, closes, repeated }).toEqual({
      connections: 1,
      gaps: 0,
      resyncs: 0,
      behind: 0,
      closes: [],
      repeated: [],
    });
  }
}

describe("clients notice nothing", () => {
  it("of messages that are changed again at once", () => expectUnnoticed(() => pause(2000)));

  it("of a connection to RabbitMQ that is cut", () =>
    expectUnnoticed(async () => {
      for (const _ of upTo(5)) {
        house.world.proxy("realtime-rabbitmq").cut();
        await pause(300);
      }
    }));

  it("of a RabbitMQ that is out of reach", () =>
    expectUnnoticed(async () => {
      house.world.proxy("realtime-rabbitmq").refuse();
      await pause(2000);
      house.world.proxy("realtime-rabbitmq").heal();
    }));

  it("of changes that RabbitMQ has taken and nobody has got", () =>
    expectUnnoticed(async () => {
      house.world.proxy("realtime-rabbitmq").swallow("to-client");
      await pause(1500);
      house.world.proxy("realtime-rabbitmq").heal();
    }));

  it("of messages that are no changes", () =>
    expectUnnoticed(async () => {
      const connection = await connect(house.world.stores.urls.rabbitmq);
      const channel = await connection.createConfirmChannel();
      for (const body of [...garbage, '{"changes":[7]}', '{"changes":[{"token":"x"}]}']) {
        for (const shard of ["0", "1", "2", "3"]) {
          channel.publish(exchanges.changes, shard, Buffer.from(body));
        }
      }
      await channel.waitForConfirms();
      await connection.close();
    }));

  it("of notices that are none", () =>
    expectUnnoticed(async (token) => {
      const redis = new Redis(house.world.stores.urls.redis);
      for (const text of [...garbage, '{"type":"facts","facts":[7]}']) {
        await redis.publish(`live:{${token}}`, text);
      }
      redis.disconnect();
    }));

  it("of a process that stands still for some seconds", () =>
    expectUnnoticed(async () => {
      house.world.realtimes[0]?.pause();
      await pause(3000);
      house.world.realtimes[0]?.resume();
    }));

  it("of a Redis that is out of reach", () =>
    expectUnnoticed(async () => {
      house.world.proxy("realtime-redis").refuse();
      await pause(2000);
      house.world.proxy("realtime-redis").heal();
    }));

  it("of a Redis that is killed and comes back", () =>
    expectUnnoticed(() => house.world.ownStore("redis").restart()));
});

describe("rights that change while realtime-service hears nothing", () => {
  it.each<[string, () => void]>([
    ["Redis refuses it", () => house.world.proxy("realtime-redis").refuse()],
    ["Redis is silent", () => house.world.proxy("realtime-redis").swallow("to-client", "to-server")],
  ])("hold soon after it does again: %s", async (_, begin) => {
    const { token, secret } = await anOpenApplication();
    const [ann, ben, carl] = [
      await people.mint(token, secret),
      await people.mint(token, secret),
      await people.mint(token, secret),
    ];
    await people.must(201, "POST", `/${token}/chats`, { private: true }, as(ann));
    await people.must(200, "PUT", `/${token}/chats/1/members/2`, undefined, as(ann));
    const [anns, bens, carls] = [
      await sockets.authenticated(token, ann),
      await sockets.authenticated(token, ben),
      await sockets.authenticated(token, carl),
    ];
    for (const socket of [anns, bens]) await socket.ask("connect-chat", { chat_number: 1 });
    begin();
    await people.must(204, "DELETE", `/${token}/chats/1/members/2`, undefined, as(ann));
    await people.must(204, "POST", `/${token}/logout`, undefined, as(carl));
    // Whoever comes now is let in as far as MySQL says so.
    const late = await sockets.authenticated(token, ann);
    expect(await late.ask("connect-chat", { chat_number: 1 })).toMatchObject({ type: "connect-chat" });
    house.world.proxy("realtime-redis").heal();
    expect((await bens.next("error", undefined, 3000)).content).toMatchObject({
      chat_number: 1,
      status: 404,
    });
    expect(await carls.closed(3000)).toMatchObject({ code: 4401 });
    await people.must(201, "POST", `/${token}/chats/1/messages`, say("secret"), as(ann));
    for (const socket of [anns, late]) await socket.next("message");
    expect(bens.frames.filter(({ type }) => type === "message")).toEqual([]);
    // What is told from now on comes to who came meanwhile, too.
    await anns.ask("typing", { chat_number: 1 });
    await people.must(204, "POST", `/${token}/logout`, undefined, as(ann));
    for (const socket of [anns, late]) expect(await socket.closed(3000)).toMatchObject({ code: 4401 });
  });
});
