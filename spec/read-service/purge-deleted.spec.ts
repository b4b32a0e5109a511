/** What is under a deleted chat or application goes in the background; the deleted rows keep their numbers. */
import { afterAll, beforeAll, beforeEach, expect, it } from "@jest/globals";
import type { Knex } from "knex";
import { createDb } from "../../services/common/src/db.ts";
import { purgeDeleted } from "../../services/read-service/src/jobs/purge-deleted.ts";
import { storeRecords } from "../../services/read-service/src/store-records.ts";
import { aChatRecord, aMessageRecord, anApplicationRecord } from "../support/records.ts";
import { quiet } from "../support/stores.ts";
import { createDatabase } from "../support/shared-stores.ts";

let database: Awaited<ReturnType<typeof createDatabase>>;
let db: Knex;
let token: string;
beforeAll(async () => {
  database = await createDatabase();
  db = createDb({ url: database.url, poolSize: 4, queryTimeoutMs: 10_000 });
});
beforeEach(async () => {
  await db("messages").delete();
  await db("chats").delete();
  const application = anApplicationRecord();
  token = application.token;
  const chats = Array.from({ length: 30 }, (_, i) => aChatRecord(token, i + 1));
  const messages = chats.map(({ number }) => aMessageRecord(token, number, 1));
  const nowhere = { findApplication: async () => undefined, findChat: async () => undefined, log: quiet };
  await db.transaction((trx) => storeRecords(trx, [application, ...chats, ...messages], nowhere));
});
afterAll(async () => {
  await db.destroy();
  await database.drop();
});

const states = async (): Promise<string[]> =>
  (await db("chats").distinct("state")).map(({ state }) => String(state));
const left = async (): Promise<number> => (await db("messages")).length;

it("goes from a deleted chat, and from no other", async () => {
  await db("chats").where({ number: 7 }).update({ state: "deleted" });
  await purgeDeleted({ db, search: undefined, log: quiet });
  expect(await left()).toBe(29);
  expect(await db("chats").where({ number: 7 }).first()).toMatchObject({ state: "purged" });
});

it("goes from all chats of a deleted application, whose rows stay", async () => {
  await db("applications").where({ token }).update({ state: "deleted" });
  await purgeDeleted({ db, search: undefined, log: quiet });
  expect(await left()).toBe(0);
  expect(await states()).toEqual(["purged"]);
  await purgeDeleted({ db, search: undefined, log: quiet });
  expect(await db("applications").where({ token }).first()).toMatchObject({ state: "purged" });
});

it("goes from MySQL while the search index is away, and from the index when it is back", async () => {
  await db("chats").update({ state: "deleted" });
  const away = { deleteChat: () => Promise.reject(new Error("away")) };
  await purgeDeleted({ db, search: away, log: quiet });
  expect(await left()).toBe(0);
  expect(await states()).toEqual(["deleted"]);
  const forgotten: number[] = [];
  const back = { deleteChat: async (chatId: number) => void forgotten.push(chatId) };
  await purgeDeleted({ db, search: back, log: quiet });
  expect(forgotten).toHaveLength(30);
  expect(await states()).toEqual(["purged"]);
});
