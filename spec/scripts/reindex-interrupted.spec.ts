/** `npm run reindex` that is killed, begun twice, or finds its index not as MySQL: search goes on with the one before. */
import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { createAsk } from "../support/ask.ts";
import { createClient, type Client } from "../support/client.ts";
import { createIndexes, nameAfter, type Indexes } from "../support/indexes.ts";
import { holdReindex, insertManyChats, type HeldReindex } from "../support/reindexing.ts";
import { runScript, type ScriptResult } from "../support/scripts.ts";
import { createSearches, type Searches } from "../support/searches.ts";
import { waitUntil } from "../support/wait-until.ts";
import { startWorld, type World } from "../support/world.ts";

/** More than two pages of the copy. */
const stored = { chats: 440, messages: 4 };
const indexedMs = 90_000;
const withIndex = process.env["TEST_ELASTICSEARCH_URL"] === undefined ? it.skip : it;

let world: World;
let client: Client;
let searches: Searches;
let indexes: Indexes;
let token: string;
let held: HeldReindex | undefined;
beforeAll(async () => {
  world = await startWorld();
  client = createClient(world.url);
  searches = createSearches({ world, ask: createAsk(world.url), client });
  indexes = createIndexes(world);
  ({ token } = await client.anApplication());
  await searches.chatWith(token, ["needle one", "hay"]);
  await searches.chatWith(token, ["hay", "needle two"]);
  await searches.indexMade();
  await searches.indexed();
  await insertManyChats(world.db, stored);
}, 120_000);
afterAll(async () => {
  await held?.kill();
  await world.stop();
});

const reindex = (): Promise<ScriptResult> => runScript("reindex.ts", [], world.env);
const needles = async (): Promise<string[]> =>
  (await searches.findAll(`/${token}`, "needle")).map(({ content }) => content).sort();
const idOf = async (chat: number): Promise<number> => {
  const application = world.db("applications").select("id").where({ token });
  return Number(
    (await world.db("chats").where({ number: chat }).where("application_id", application).first()).id,
  );
};
const statesIn = ({ output }: ScriptResult): number => Number(/: (\d+) states/.exec(output)?.[1]);

/** The index that is searched shows it, so it has been confirmed or soon is. */
async function sendAndIndex(chat: number, content: string): Promise<void> {
  const { body } = await client.send(token, chat, content);
  const filter = [{ term: { chat: await idOf(chat) } }, { term: { number: body["message_number"] } }];
  const live = await indexes.live();
  await waitUntil(async () => (await indexes.count(live, { bool: { filter } })) === 1, indexedMs);
}
const unindexed = async (): Promise<number[]> =>
  (await world.db("unindexed_chats").orderBy("chat_id")).map(({ chat_id }) => Number(chat_id));

withIndex(
  "goes on where it was killed, with all that changed in what was copied",
  async () => {
    const before = await indexes.live();
    held = await holdReindex(world, indexes);
    expect(held.name).toBe(nameAfter(before));
    const rest = (await world.db("messages").where("chat_id", ">", held.copiedThrough)).length;

    await sendAndIndex(1, "needle three");
    await held.kill();
    // Confirmed one after the other: when this one is shown the first has been confirmed.
    await sendAndIndex(2, "needle four");
    expect(await unindexed()).toEqual([await idOf(1), await idOf(2)]);
    expect(await indexes.live()).toBe(before);

    const resumed = await reindex();
    expect(resumed.output).toContain(`${held.name} has ${stored.chats + 2} chats`);
    expect(resumed.code).toBe(0);
    expect(statesIn(resumed)).toBeGreaterThan(0);
    expect(statesIn(resumed)).toBeLessThanOrEqual(rest + 2);
    expect(await indexes.list()).toEqual([held.name]);
    expect(await indexes.rows()).toMatchObject([{ index_name: held.name, state: "live" }]);
    expect(await needles()).toEqual(["needle four", "needle one", "needle three", "needle two"]);

    await searches.indexed();
    const { code, output } = await runScript("verify.ts", ["--search"], world.env);
    expect(output).toContain("Everything is there, once.");
    expect(code).toBe(0);
  },
  180_000,
);

withIndex("is ended by the next one when it died just after its switch", async () => {
  const live = await indexes.live();
  await world.db("search_indexes").update({ state: "building", after_chat_id: Number.MAX_SAFE_INTEGER });
  const { code, output } = await reindex();
  expect(output).toContain(`${live} has ${stored.chats + 2} chats`);
  expect(code).toBe(0);
  expect(await indexes.list()).toEqual([live]);
  expect(await indexes.rows()).toMatchObject([{ index_name: live, state: "live" }]);
});

withIndex(
  "is made by one at a time",
  async () => {
    held = await holdReindex(world, indexes);
    const other = await reindex();
    expect(other.output).toContain("another process is making the index");
    expect(other.code).toBe(2);
    const { code, output } = await held.goOn();
    expect(output).toContain(`${held.name} has ${stored.chats + 2} chats`);
    expect(code).toBe(0);
    expect(await indexes.list()).toEqual([held.name]);
    expect(await indexes.live()).toBe(held.name);
  },
  120_000,
);

const tampered: [string, string, (index: string, chat: number) => Promise<unknown>][] = [
  [
    "lacks a message",
    "message 2 is not in the index",
    (index, chat) => indexes.remove(index, { ids: { values: [`${chat}:2`] } }),
  ],
  [
    "has another message",
    "message 31000 is only in the index",
    (index, chat) => indexes.put(index, `${chat}:31000`, { chat, number: 31_000, check: 1 }),
  ],
];
withIndex.each(tampered)(
  "is not searched when it %s, and another one is made",
  async (_, reason, tamper) => {
    const live = await indexes.live();
    const found = await needles();
    held = await holdReindex(world, indexes);
    const chat = await idOf(1);
    await tamper(held.name, chat);
    const { code, output } = await held.goOn();
    expect(output).toContain(`the new index is not as MySQL, chat ${chat}: ${reason}`);
    expect(code).toBe(2);
    expect(await indexes.live()).toBe(live);
    expect(await indexes.rows()).toMatchObject([{ index_name: live, state: "live" }]);
    expect(await needles()).toEqual(found);

    const again = await reindex();
    expect(again.output).toContain(`${nameAfter(held.name)} has ${stored.chats + 2} chats`);
    expect(again.code).toBe(0);
    expect(await indexes.list()).toEqual([nameAfter(held.name)]);
    expect(await needles()).toEqual(found);
  },
  120_000,
);
