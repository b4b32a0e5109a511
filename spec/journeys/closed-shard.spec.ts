/** One shard is being recovered and cannot end: what it has is read, nothing is guessed, and the other shards go on. */
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { shardOf } from "@parley/common/records";
import { Redis } from "ioredis";
import type { Knex } from "knex";
import { createAsk, type Ask, type HttpReply } from "../support/ask.ts";
import { createClient, type Client } from "../support/client.ts";
import { expectProblem } from "../support/problems.ts";
import { waitUntil } from "../support/wait-until.ts";
import { startWorld, type World } from "../support/world.ts";

let world: World;
let ask: Ask;
let client: Client;
let closed: string;
let other: string;
let lock: Knex.Transaction;
beforeAll(async () => {
  world = await startWorld({ withSearch: false, own: ["redis"] });
  [ask, client] = [createAsk(world.url), createClient(world.url)];
  closed = (await client.anApplication("Closed")).token;
  other = await anApplicationElsewhere();
  for (const token of [closed, other]) {
    await client.aChat(token);
    await client.send(token, 1, "stored");
  }
  await world.drained();
  await closeShard();
});
afterAll(async () => {
  if (!lock.isCompleted()) await lock.rollback();
  await world.stop();
});

async function anApplicationElsewhere(): Promise<string> {
  for (;;) {
    const { token } = await client.anApplication("Open");
    if (shardOf(token, 4) !== shardOf(closed, 4)) return token;
  }
}

/** A record that cannot be stored yet, as its chat's row is locked, is in front of the recovery's barrier. */
async function closeShard(): Promise<void> {
  lock = await world.db.transaction();
  const application = await world.db("applications").where({ token: closed }).first("id");
  await lock("chats").where({ application_id: application.id, number: 1 }).forUpdate();
  expect((await client.send(closed, 1, "accepted")).status).toBe(201);
  const redis = new Redis(world.env["REDIS_URL"] ?? "");
  await redis.del(`{s${shardOf(closed, 4)}}:epoch`);
  redis.disconnect();
  await waitUntil(async () => (await readiness("read-service")).includes("waiting"));
}

async function readiness(service: "create-service" | "read-service"): Promise<string> {
  const server = service === "create-service" ? world.creates[0] : world.reads[0];
  const response = await fetch(`${server?.url ?? ""}/readyz`);
  const { reasons } = (await response.json()) as { reasons: string[] };
  return `${response.status} ${reasons.join("; ")}`;
}

function expectUnavailable(reply: HttpReply): void {
  expectProblem(reply, { status: 503, slug: "unavailable" });
  expect(reply.headers["retry-after"]).toBe("1");
}

describe("while one shard is being recovered", () => {
  it("refuses creates in it, to come again", async () => {
    expectUnavailable(await ask("POST", `/${closed}/chats`, {}));
    expectUnavailable(await ask("POST", `/${closed}/chats/1`, { message_content: "x" }));
    expectUnavailable(await ask("POST", `/${closed}/chats/1/messages`, { message_content: "x" }));
  });

  it.each(["/chats/2", "/chats/1/messages/2", "/chats/1/messages/3"])(
    "does not say that %s is not there, as it may be",
    async (path) => {
      expectUnavailable(await ask("GET", `/${closed}${path}`));
    },
  );

  it.each([
    ["an application", ""],
    ["a chat", "/chats/1"],
    ["a message", "/chats/1/messages/1"],
  ])("reads %s that is stored", async (_, path) => {
    expect((await ask("GET", `/${closed}${path}`)).status).toBe(200);
  });

  it("does not leave out of a list what may be there", async () => {
    expectUnavailable(await ask("GET", `/${closed}/chats`));
    expectUnavailable(await ask("GET", `/${closed}/chats/1/messages`));
  });

  it("serves the applications of other shards", async () => {
    expect((await ask("POST", `/${other}/chats`, {})).body).toMatchObject({ chat_number: 2 });
    const sent = await ask("POST", `/${other}/chats/2/messages`, { message_content: "open" });
    expect(sent.body).toMatchObject({ message_number: 1 });
    expect((await ask("GET", `/${other}/chats/2/messages/1`)).body).toMatchObject({
      message_content: "open",
    });
    expect((await ask("GET", `/${other}/chats`)).body).toHaveLength(2);
    expect((await ask("GET", `/${other}/chats/2/messages`)).body).toHaveLength(1);
    expectProblem(await ask("GET", `/${other}/chats/3`), { status: 404, slug: "chat-not-found" });
  });

  it("creates applications in the others", async () => {
    const made = await Promise.all(Array.from({ length: 20 }, () => client.anApplication("New")));
    expect(made.map(({ token }) => shardOf(token, 4))).not.toContain(shardOf(closed, 4));
  });

  it.each(["create-service", "read-service"] as const)("%s says why it is not ready", async (service) => {
    const shard = shardOf(closed, 4);
    const why = `shard ${shard} is being recovered \\(epoch \\d+\\): Redis was restarted or emptied; waiting until`;
    await waitUntil(async () => new RegExp(`^503 ${why}`).test(await readiness(service)));
  });
});

it("goes on where it was once the recovery has ended", async () => {
  await lock.rollback();
  await world.ready();
  expect((await client.send(closed, 1, "after")).body).toMatchObject({ message_number: 3 });
  const listed = await client.listAll(`/${closed}/chats/1/messages`);
  expect(listed.map((message) => message["message_content"])).toEqual(["stored", "accepted", "after"]);
});
