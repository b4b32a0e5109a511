/** `npm run verify` finds one seeded fault of each kind, and none where there is none, also under live traffic. */
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { Redis } from "ioredis";
import { v4 as uuid } from "uuid";
import { createDb } from "../../services/common/src/db.ts";
import { ensureShards } from "../../services/read-service/src/queries/epochs.ts";
import { createClient, type Client } from "../support/client.ts";
import { runScript, type ScriptResult } from "../support/scripts.ts";
import { createDatabase } from "../support/shared-stores.ts";
import { waitUntil } from "../support/wait-until.ts";
import { startWorld, type World } from "../support/world.ts";
import { sendMany } from "../support/writers.ts";

let world: World;
let client: Client;
let token: string;
beforeAll(async () => {
  world = await startWorld();
  client = createClient(world.url);
  ({ token } = await aChatOf(30));
  await client.call("DELETE", `/${token}/chats/1/messages/3`);
  await client.call("PATCH", `/${token}/chats/1/messages/4`, { message_content: "edited" });
  await world.drained();
  await recounted();
}, 120_000);
afterAll(() => world.stop());

/** The counts of an empty Redis are counted anew once, which is not to fall together with what is seeded here. */
async function recounted(): Promise<void> {
  const redis = new Redis(world.env["REDIS_URL"] ?? "");
  await waitUntil(async () => (await redis.keys("{s*}:recounted")).length === 4);
  redis.disconnect();
}

async function aChatOf(total: number): Promise<{ token: string }> {
  const application = await client.anApplication();
  await client.aChat(application.token);
  await sendMany({ client, token: application.token, chat: 1, total, writers: 5, label: "message" });
  return application;
}

const verify = (...args: string[]): Promise<ScriptResult> => runScript("verify.ts", args, world.env);
const chatIds = () =>
  world
    .db("chats as c")
    .join("applications as a", "a.id", "c.application_id")
    .where({ "a.token": token })
    .select("c.id");
const message = (number: number) => world.db("messages").where({ number }).whereIn("chat_id", chatIds());

/** Does something wrong, looks, and undoes it. */
async function seeded(
  wrong: () => Promise<() => Promise<unknown>>,
  ...args: string[]
): Promise<ScriptResult> {
  const undo = await wrong();
  const result = await verify(...args);
  await undo();
  return result;
}

describe("a healthy product", () => {
  it("has nothing to be found", async () => {
    const { code, output } = await verify();
    expect(output).toContain("Everything is there, once.");
    expect(code).toBe(0);
  });

  it("has nothing to be found while messages are sent, edited and deleted", async () => {
    const { token: busy } = await aChatOf(1);
    let looking = true;
    const write = async (): Promise<void> => {
      for (let i = 0; looking; i += 1) {
        const { body } = await client.send(busy, 1, `busy ${i}`);
        const path = `/${busy}/chats/1/messages/${String(body["message_number"])}`;
        if (i % 3 === 0) await client.call("DELETE", path);
        if (i % 3 === 1) await client.call("PATCH", path, { message_content: "edited" });
      }
    };
    const look = verify().finally(() => (looking = false));
    await Promise.all([write(), write(), write()]);
    const { code, output } = await look;
    expect(output).toContain("Everything is there, once.");
    expect(code).toBe(0);
    await world.drained();
  });
});

describe("it finds", () => {
  it("a hole", async () => {
    const { code, output } = await seeded(async () => {
      const row = await message(7).first();
      await message(7).delete();
      return () => world.db("messages").insert(row);
    });
    expect(output).toContain(`missing: chat ${token} / 1: messages 7 missing`);
    expect(code).toBe(1);
  });

  it("a record that is stored under two numbers", async () => {
    const { uid } = await message(8).first();
    const { code, output } = await seeded(async () => {
      const row = await message(9).first();
      await message(9).update({ uid });
      return () => message(9).update({ uid: row.uid });
    });
    expect(output).toContain(`doubled: chat ${token} / 1: record ${uid} has the numbers 8, 9`);
    expect(code).toBe(1);
  });

  it("a number that was given to two records", async () => {
    const conflict = { uid: uuid(), stored_uid: uuid(), record: Buffer.from("{}"), found_at: new Date() };
    const { code, output } = await seeded(async () => {
      await world.db("seq_conflicts").insert(conflict);
      return () => world.db("seq_conflicts").where({ uid: conflict.uid }).delete();
    });
    expect(output).toContain(`one number for two records: ${conflict.stored_uid} and ${conflict.uid}`);
    expect(code).toBe(1);
  });

  it("wrong counts of messages and of chats", async () => {
    const { code, output } = await seeded(async () => {
      await world.db("chats").whereIn("id", chatIds()).increment("messages_count", 1000);
      await world.db("applications").where({ token }).decrement("chats_count", 1000);
      return async () => {
        await world.db("chats").whereIn("id", chatIds()).decrement("messages_count", 1000);
        await world.db("applications").where({ token }).increment("chats_count", 1000);
      };
    });
    const [shown] = await world
      .db("messages")
      .whereIn("chat_id", chatIds())
      .whereIn("state", ["live", "edited"])
      .count({ n: "*" });
    const n = Number(shown?.["n"]);
    expect(output).toContain(
      `miscounted: chat ${token} / 1: messages_count comes to ${1000 + n}, but ${n} are shown`,
    );
    expect(output).toContain(`miscounted: application ${token}: chats_count comes to -999, but 1 is shown`);
    expect(code).toBe(1);
  });
});

it("cannot be done, which is no verdict, while the numbering is being recovered", async () => {
  const database = await createDatabase();
  const db = createDb({ url: database.url, poolSize: 1, queryTimeoutMs: 10_000 });
  await ensureShards(db, 4);
  await db.destroy();
  const { code, output } = await runScript("verify.ts", [], { ...world.env, MYSQL_URL: database.url });
  await database.drop();
  expect(output).toContain("Shard 0 is being recovered");
  expect(code).toBe(2);
});

describe("with --search", () => {
  it("finds what the index lacks, has aged, or alone has", async () => {
    const { ELASTICSEARCH_URL: url } = world.env;
    if (url === undefined) return;
    const index = world.searchIndex;
    const healthy = await waitUntil(async () => {
      const result = await verify("--search");
      return result.code === 0 && result;
    }, 90_000);
    expect(healthy.output).toContain("Everything is there, once.");

    const [{ id }] = await chatIds();
    const { application_id: routing } = await world.db("chats").where({ id }).first("application_id");
    const put = async (number: number, version: number): Promise<void> => {
      const path = `${url}/${index}/_doc/${id}:${number}?routing=${routing}&version=${version}&version_type=external_gte&refresh=true`;
      const body = JSON.stringify({ chat: Number(id), number });
      const reply = await fetch(path, {
        method: "PUT",
        headers: { "Content-Type": "application/json" },
        body,
      });
      expect(reply.ok).toBe(true);
    };
    await fetch(`${url}/${index}/_doc/${id}:5?routing=${routing}&refresh=true`, { method: "DELETE" });
    await message(6).update({ change_number: 31 });
    await put(31_000, 1);
    const { code, output } = await verify("--search");
    expect(output).toContain(`not indexed: chat ${token} / 1: message 5 is not in the index`);
    expect(output).toMatch(/message 6 is in the index as of change \d+, not 31/);
    expect(output).toContain(`message 31000 is only in the index`);
    expect(code).toBe(1);
  }, 180_000);
});
