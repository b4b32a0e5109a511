/** What was created, edited or deleted a moment ago is found, or not found any more, at once: whatever the index does. */
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { createRandom } from "../../scripts/bench/text.ts";
import { createAsk } from "../support/ask.ts";
import { createClient, type Client } from "../support/client.ts";
import { createSearches, type Searches } from "../support/searches.ts";
import { startWorld, type World, type WorldOptions } from "../support/world.ts";

/** Each is a create, an edit or a delete, and a search after it. */
const rounds = 1000;
const roundsWithoutIndex = 200;
const roundsWithTypos = 25;

type Setting = { world: World; client: Client; searches: Searches };

/** Changes one of some chats, and looks at once, there and in the whole application. */
async function changeAndLook(
  { client, searches }: Setting,
  total: number,
  onRound?: (round: number) => Promise<void>,
) {
  const random = createRandom(11);
  const { token } = await client.anApplication();
  const chats = [await client.aChat(token), await client.aChat(token), await client.aChat(token)];
  /** What is in each chat now, by number. */
  const live = new Map(chats.map((chat) => [chat, new Map<number, string>()]));
  const wrong: string[] = [];
  const holding = (chat: number, query: string): number[] =>
    [...(live.get(chat) ?? [])].filter(([, content]) => content.includes(query)).map(([number]) => number);

  for (let round = 1; round <= total; round += 1) {
    await onRound?.(round);
    const chat = chats[random(chats.length)] ?? 1;
    const messages = live.get(chat) ?? new Map<number, string>();
    const numbers = [...messages.keys()];
    const number = numbers[random(numbers.length || 1)];
    // Of ten kinds each, so that there is always something that must not be found.
    const content = `round ${round} kind-${random(10)}-`;
    const query =
      /kind-\d-/.exec(random(2) ? content : (messages.get(number ?? 0) ?? content))?.[0] ?? content;
    const act = number === undefined ? 0 : random(4);
    if (act <= 1) {
      const { body } = await client.send(token, chat, content);
      messages.set(Number(body["message_number"]), content);
    } else if (act === 2) {
      await client.call("PATCH", `/${token}/chats/${chat}/messages/${number}`, { message_content: content });
      messages.set(number ?? 0, content);
    } else {
      await client.call("DELETE", `/${token}/chats/${chat}/messages/${number}`);
      messages.delete(number ?? 0);
    }
    const expected = holding(chat, query).sort((a, b) => a - b);
    const found = await searches.find(`/${token}/chats/${chat}`, query, { limit: 200 });
    if (found.numbers.join() !== expected.join()) {
      wrong.push(`round ${round}: ${query} in chat ${chat}: ${found.numbers.join()} for ${expected.join()}`);
    }
    if (round % 10 === 0) {
      const all = (await searches.findAll(`/${token}`, query, { limit: 200 }))
        .map((hit) => `${hit.chat_number}:${hit.number}`)
        .sort();
      const wanted = chats.flatMap((one) => holding(one, query).map((n) => `${one}:${n}`)).sort();
      if (all.join() !== wanted.join()) {
        wrong.push(`round ${round}: ${query}: ${all.join()} for ${wanted.join()}`);
      }
    }
  }
  return wrong;
}

async function start(options: WorldOptions): Promise<Setting> {
  const world = await startWorld(options);
  const client = createClient(world.url);
  const searches = createSearches({ world, ask: createAsk(world.url), client });
  await searches.indexMade();
  return { world, client, searches };
}

describe("with an index that is up", () => {
  let setting: Setting;
  beforeAll(async () => (setting = await start({ own: ["elasticsearch"] })), 100_000);
  afterAll(() => setting.world.stop());

  it("never finds too much or too little", async () => {
    expect(await changeAndLook(setting, rounds)).toEqual([]);
  }, 120_000);

  it("never does while Elasticsearch stands still, and then goes on", async () => {
    const elasticsearch = setting.world.ownStore("elasticsearch");
    const wrong = await changeAndLook(setting, roundsWithoutIndex, async (round) => {
      if (round === roundsWithoutIndex / 4) elasticsearch.pause();
      if (round === (roundsWithoutIndex * 3) / 4) elasticsearch.resume();
    });
    expect(wrong).toEqual([]);
    await setting.searches.indexed();
  }, 120_000);

  it("never does while Elasticsearch dies and starts again", async () => {
    let starting: Promise<void> | undefined;
    const elasticsearch = setting.world.ownStore("elasticsearch");
    const wrong = await changeAndLook(setting, rounds, async (round) => {
      if (round !== roundsWithoutIndex) return;
      await elasticsearch.kill();
      starting = elasticsearch.start();
    });
    await starting;
    expect(wrong).toEqual([]);
    await setting.searches.indexed();
  }, 180_000);
});

describe("with an index that shows what is new every 30 s only", () => {
  let setting: Setting;
  beforeAll(async () => (setting = await start({ env: { SEARCH_REFRESH_MS: "30000" } })), 100_000);
  afterAll(() => setting.world.stop());

  it("never finds too much or too little", async () => {
    expect(await changeAndLook(setting, rounds)).toEqual([]);
  }, 120_000);
});

describe("with an index that shows what is new every 100 ms", () => {
  let setting: Setting;
  beforeAll(async () => (setting = await start({ env: { SEARCH_REFRESH_MS: "100" } })), 100_000);
  afterAll(() => setting.world.stop());

  it("finds a new word with a typing error, before, when and after the index comes to know the word", async () => {
    const { client, searches } = setting;
    const random = createRandom(12);
    const { token } = await client.anApplication();
    const chat = await searches.chatWith(token, []);
    const wrong: string[] = [];
    for (let round = 1; round <= roundsWithTypos; round += 1) {
      const word = Array.from({ length: 10 }, () => "bcdfghjklmnpqrstvwxz"[random(20)]).join("");
      await client.call("POST", chat, { message_content: `a ${word} more` });
      const typo = `${word.slice(0, 4)}${word.slice(5)}`;
      for (let through = 0; through < round;) {
        const { numbers, headers } = await searches.find(chat, typo, { mode: "fuzzy" });
        if (numbers.join() !== String(round)) wrong.push(`${typo}: ${numbers.join()} for ${round}`);
        through = Number(headers["search-indexed-through"]);
      }
    }
    expect(wrong).toEqual([]);
  }, 120_000);
});
