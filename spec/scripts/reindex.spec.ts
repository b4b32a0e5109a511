/** `npm run reindex` makes the index anew while messages are sent, edited, deleted and searched; what it is refused changes nothing. */
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { createRandom } from "../../scripts/bench/text.ts";
import { freeTestPort } from "../../scripts/servers/ports.ts";
import { createAsk } from "../support/ask.ts";
import { createClient, type Client } from "../support/client.ts";
import { createIndexes, nameAfter, type Indexes } from "../support/indexes.ts";
import { insertManyChats } from "../support/reindexing.ts";
import { runScript, type ScriptResult } from "../support/scripts.ts";
import { createSearches, type Searches } from "../support/searches.ts";
import { startWorld, type World } from "../support/world.ts";
import { upTo } from "../support/writers.ts";

const writers = 3;
const roundsAfter = 10;
const stored = { chats: 250, messages: 4 };
const settings = { SEARCH_SHARDS: "2", SEARCH_REPLICAS: "1", SEARCH_REFRESH_MS: "700" };
const withIndex = process.env["TEST_ELASTICSEARCH_URL"] === undefined ? describe.skip : describe;

let world: World;
let client: Client;
let searches: Searches;
let indexes: Indexes;
beforeAll(async () => {
  world = await startWorld();
  client = createClient(world.url);
  searches = createSearches({ world, ask: createAsk(world.url), client });
  indexes = createIndexes(world);
  await searches.indexMade();
  await insertManyChats(world.db, stored);
}, 120_000);
afterAll(() => world.stop());

const reindex = (env: NodeJS.ProcessEnv = {}): Promise<ScriptResult> =>
  runScript("reindex.ts", [], { ...world.env, ...env });
const verify = (): Promise<ScriptResult> => runScript("verify.ts", ["--search"], world.env);

async function expectVerified(): Promise<void> {
  await searches.indexed();
  const { code, output } = await verify();
  expect(output).toContain("Everything is there, once.");
  expect(code).toBe(0);
}

describe("without an index", () => {
  it.each([
    ["no address", async () => undefined, "set ELASTICSEARCH_URL"],
    [
      "an address where nothing answers",
      async () => `http://127.0.0.1:${await freeTestPort()}`,
      "ECONNREFUSED",
    ],
  ])("with %s it is refused, and nothing is changed", async (_, address, reason) => {
    const before = await indexes.rows();
    const { code, output } = await reindex({ ELASTICSEARCH_URL: await address() });
    expect(output).toMatch(new RegExp(`^Cannot be done now: .*${reason}`, "m"));
    expect(code).toBe(2);
    expect(await indexes.rows()).toEqual(before);
  });
});

withIndex("with an index", () => {
  /** Changes a chat of its own as long as `goesOn`, and looks after each change, there and in all of the application. */
  async function changeAndLook(token: string, seed: number, goesOn: () => boolean): Promise<string[]> {
    const random = createRandom(seed);
    const chat = await client.aChat(token);
    const path = `/${token}/chats/${chat}`;
    const live = new Map<number, string>();
    const wrong: string[] = [];
    for (let round = 1, left = roundsAfter; left > 0; round += 1) {
      if (!goesOn()) left -= 1;
      const kind = `writer-${seed}-kind-${random(5)}-`;
      const number = [...live.keys()][random(live.size || 1)];
      const act = number === undefined ? 0 : random(4);
      const content = `${kind} round ${round}`;
      if (act <= 1) {
        const { body } = await client.send(token, chat, content);
        live.set(Number(body["message_number"]), content);
      } else if (act === 2) {
        await client.call("PATCH", `${path}/messages/${number}`, { message_content: content });
        live.set(number ?? 0, content);
      } else {
        await client.call("DELETE", `${path}/messages/${number}`);
        live.delete(number ?? 0);
      }
      const expected = [...live].filter(([, text]) => text.includes(kind)).map(([n]) => n);
      for (const place of [path, `/${token}`]) {
        const found = await searches.findAll(place, kind, { limit: 200 });
        const numbers = found.map((hit) => hit.number).sort((a, b) => a - b);
        if (numbers.join() !== expected.sort((a, b) => a - b).join()) {
          wrong.push(`round ${round}: ${kind} in ${place}: ${numbers.join()} for ${expected.join()}`);
        }
      }
    }
    return wrong;
  }

  it("makes another one while there is traffic, and no search is wrong at any moment", async () => {
    const { token } = await client.anApplication();
    const before = await indexes.live();
    let isRunning = true;
    const run = reindex().finally(() => (isRunning = false));
    const looks = await Promise.all(upTo(writers).map((seed) => changeAndLook(token, seed, () => isRunning)));
    const { code, output } = await run;
    expect(looks.flat()).toEqual([]);
    expect(output).toMatch(/copying …\n(.*\n)*catching up …\n(.*\n)*verifying …/);
    const name = nameAfter(before);
    expect(output).toMatch(new RegExp(`^${name} has \\d+ chats, .*: \\d+ states in [\\d.]+ s\\.$`, "m"));
    expect(code).toBe(0);
    expect(await indexes.list()).toEqual([name]);
    expect(await indexes.live()).toBe(name);
    expect(await indexes.rows()).toMatchObject([{ index_name: name, state: "live" }]);
    await expectVerified();
  }, 120_000);

  it("mends one that was put back from an older snapshot, and makes it as the settings say", async () => {
    const { token } = await client.anApplication();
    const needles = upTo(8).map((i) => `needle ${i}`);
    const paths = [await searches.chatWith(token, needles), await searches.chatWith(token, needles)];
    await searches.indexed();
    const before = await indexes.live();
    const application = world.db("applications").select("id").where({ token });
    const chats = await world.db("chats").where("application_id", application).orderBy("id");
    const [behind, ahead] = chats.map(({ id }) => Number(id));
    const later = { range: { number: { gt: 4 } } };
    await indexes.remove(before, { bool: { filter: [{ term: { chat: behind } }, later] } });
    await indexes.put(before, `${behind}`, { chat: behind, watermark: 4 });
    await indexes.put(before, `${ahead}`, { chat: ahead, watermark: 1000 });

    const { code, output } = await verify();
    expect(output).toContain(`chat ${token} / 1: the index has come to change 4 of 8`);
    expect(output).toContain(`chat ${token} / 2: the index has come to change 1000, beyond 8`);
    expect(code).toBe(1);

    expect((await reindex(settings)).code).toBe(0);
    const mended = await indexes.live();
    expect(mended).toBe(nameAfter(before));
    expect(await indexes.settings(mended)).toMatchObject({
      number_of_shards: "2",
      number_of_replicas: "1",
      refresh_interval: "700ms",
    });
    expect(await searches.findAll(`/${token}`, "needle")).toHaveLength(16);
    for (const path of paths) {
      expect((await searches.find(path, "needle", { sort: "oldest" })).numbers).toEqual(upTo(8));
    }
    await expectVerified();
  }, 120_000);
});
