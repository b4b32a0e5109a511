/** `npm run demo` fills a Parley with people who can log in, unread messages, and text that is found in each language. */
import { beforeAll, expect, it } from "@jest/globals";
import { password } from "../../scripts/demo/people.ts";
import { createParley, type Parley } from "../../services/client/src/index.ts";
import { startHouse } from "../support/house.ts";
import { runScript } from "../support/scripts.ts";

const house = startHouse({ withSearch: false });
const demo = () => runScript("demo/run.ts", ["--messages", "40"], { PARLEY_URL: house.world.url });

let output = "";
let tokens: string[] = [];
beforeAll(async () => {
  const result = await demo();
  ({ output } = result);
  expect(result).toMatchObject({ code: 0 });
  tokens = [...output.matchAll(/\?application=(\S+)/g)].map(([, token = ""]) => token);
}, 60_000);

async function logIn(username: string, application = 0): Promise<Parley> {
  const applicationToken = tokens[application] ?? "";
  const parley = createParley({ url: house.world.url, applicationToken });
  await parley.login(username, password);
  return parley;
}

async function all<T>(list: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const one of list) found.push(one);
  return found;
}

it("prints addresses to open, people and lines that work", async () => {
  for (const username of ["anna", "noa", "ольга"]) {
    expect(output).toMatch(new RegExp(`^  ${username} `, "m"));
    const me = await (await logIn(username)).users.get("me");
    expect(me).toMatchObject({
      username,
      profile: { locale: expect.any(String), colour: expect.any(String) },
    });
  }
  const line = /curl '([^']+order=desc[^']+)'/.exec(output)?.[1] ?? "";
  expect((await fetch(line)).status).toBe(200);
});

it("has three applications, one of which guests cannot read", async () => {
  expect(tokens).toHaveLength(3);
  const guests = tokens.map((applicationToken) => createParley({ url: house.world.url, applicationToken }));
  const [house12, support, travel] = guests.map(({ messages }) => all(messages.list(1)));
  expect((await house12)?.length).toBeGreaterThan(0);
  await expect(support).rejects.toMatchObject({ status: 401 });
  expect((await travel)?.length).toBeGreaterThan(0);
  for (const i of tokens.keys()) {
    const conversations = await all((await logIn(["anna", "anna", "emre"][i] ?? "", i)).me.conversations());
    expect(conversations).not.toHaveLength(0);
  }
});

it("leaves something unread, in chats and in a conversation", async () => {
  const unread = await (await logIn("tom")).me.unread();
  expect(unread.filter((one) => one.unread > 0).length).toBeGreaterThan(1);
  const { unread: direct } =
    (await (await logIn("anna")).me.unread()).find((one) => one.user_number !== undefined) ?? {};
  expect(direct).toBeGreaterThan(0);
});

it("has edited and deleted messages, and a chat as long as was asked for", async () => {
  const anna = await logIn("anna");
  const messages = await all(anna.messages.list(1));
  expect(messages.some((message) => message.edited_at !== undefined)).toBe(true);
  expect(messages.at(-1)?.message_number).toBeGreaterThan(messages.length);
  expect(await all(anna.messages.list(2))).toHaveLength(40);
});

it("is found in each language", async () => {
  const words = {
    German: "strasse",
    English: "gazebo",
    French: "etagere",
    Spanish: "paella",
    Greek: "βασιλικος",
    Arabic: "المصعد",
    Hebrew: "החתול",
    Hindi: "दिवाली",
    Japanese: "京都",
    Chinese: "饺子",
    Thai: "ต้มยำ",
    Russian: "ВЫСТАВКА",
    Turkish: "kahvaltı",
    emoji: "🥟",
  };
  const { application } = await logIn("anna");
  for (const [language, word] of Object.entries(words)) {
    const hits = await all(application.search(word));
    expect([language, hits.length > 0]).toEqual([language, true]);
  }
});

it("makes another set when it runs again", async () => {
  const again = await demo();
  expect(again).toMatchObject({ code: 0 });
  expect(again.output).not.toContain(tokens[0]);
});

it("says what is wrong when nobody answers, or with the number", async () => {
  const silent = await runScript("demo/run.ts", [], { PARLEY_URL: "http://127.0.0.1:9" });
  expect(silent).toMatchObject({ code: 1, output: expect.stringContaining("http://127.0.0.1:9") });
  const many = await runScript("demo/run.ts", ["--messages", "many"], { PARLEY_URL: house.world.url });
  expect(many).toMatchObject({ code: 1, output: expect.stringContaining("--messages is to be a number.") });
});
