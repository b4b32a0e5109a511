/** Thousands of requests of everybody to what is not theirs: each is answered as if there was nothing, and nothing changes. */
import { describe, expect, it } from "@jest/globals";
import { forge } from "../support/access-tokens.ts";
import { bearer, type HttpReply, type Method } from "../support/ask.ts";
import { as, type Person } from "../support/people.ts";
import { startHouse } from "../support/house.ts";
import { createSearches } from "../support/searches.ts";
import { upTo } from "../support/writers.ts";

const privateChats = 20;
const atOnce = 8;
const needle = "Schatzkarte";

const house = startHouse();
const { ask, client, people } = house;

const say = (message_content: string) => ({ message_content });

type Request = [method: Method, path: string, body?: object];
/** Every address of a chat, C for it. */
const chatRequests: Request[] = [
  ["GET", "C"],
  ["PUT", "C", { chat_name: "taken" }],
  ["PATCH", "C", { chat_name: "taken" }],
  ["DELETE", "C"],
  ["POST", "C", say("forged")],
  ["GET", "C/messages"],
  ["GET", "C/messages?order=desc&limit=1"],
  ["POST", "C/messages", say("forged")],
  ["GET", "C/messages/1"],
  ["PUT", "C/messages/1", say("forged")],
  ["PATCH", "C/messages/1", say("forged")],
  ["DELETE", "C/messages/1"],
  ["GET", "C/messages/99"],
  ["GET", `C/search?q=${needle}`],
  ["GET", "C/continuity"],
  ["GET", "C/changes"],
  ["GET", "C/read"],
  ["PUT", "C/read", { message_number: 1 }],
  ["GET", "C/members"],
  ["GET", "C/members/1"],
  ["PUT", "C/members/3"],
  ["PUT", "C/members/3", { role: "owner" }],
  ["DELETE", "C/members/1"],
];

/** An application in which Ann has told Ben something in many private chats and in their conversation. */
async function aHome() {
  const { token, secret } = await client.anApplication();
  const person = (name: string) => people.mint(token, secret, name);
  const [ann, ben, stranger, removed, blocked, ended] = [
    await person("ann"),
    await person("ben"),
    await person("stranger"),
    await person("removed"),
    await person("blocked"),
    await person("ended"),
  ];
  await client.aChat(token);
  const chats = upTo(privateChats).map((i) => i + 1);
  for (const number of chats) {
    const chat = `/${token}/chats/${number}`;
    await people.must(201, "POST", `/${token}/chats`, { chat_name: `Die ${needle}`, private: true }, as(ann));
    await people.must(200, "PUT", `${chat}/members/${ben.number}`, undefined, as(ann));
    await people.must(200, "PUT", `${chat}/members/${removed.number}`, undefined, as(ann));
    await people.must(201, "POST", `${chat}/messages`, say(`Hier ist die ${needle}`), as(ann));
    await people.must(204, "DELETE", `${chat}/members/${removed.number}`, undefined, as(ann));
  }
  await people.must(201, "POST", `/${token}/users/2/messages`, say(`Auch hier die ${needle}`), as(ann));
  await people.must(204, "PUT", `/${token}/users/me/blocks/${blocked.number}`, undefined, as(ann));
  await people.must(204, "POST", `/${token}/logout`, undefined, as(ended));
  return { token, secret, ann, ben, stranger, removed, blocked, ended, chats };
}

/** What tells nothing of the thing that was asked for: all but its number and the request's. */
function outline({ status, body }: HttpReply, number: number): string {
  const text = JSON.stringify({ ...(body as object), instance: "" });
  return `${status} ${text.replaceAll(new RegExp(`\\b${number}\\b`, "g"), "N")}`;
}

async function inTurns<T>(all: readonly T[], act: (one: T) => Promise<void>): Promise<void> {
  const waiting = [...all];
  const takeTurns = async (): Promise<void> => {
    for (let one = waiting.shift(); one !== undefined; one = waiting.shift()) await act(one);
  };
  await Promise.all(Array.from({ length: atOnce }, takeTurns));
}

describe("what is not one's own", () => {
  it("is as what does not exist, whoever asks, on every way", async () => {
    const [home, other] = [await aHome(), await aHome()];
    const { token, ann, chats } = home;
    const { accessKeysFile } = house.world;
    const expired = await forge(accessKeysFile, ann.access_token, {
      claims: { exp: Math.floor(Date.now() / 1000) - 60 },
    });
    const callers: [name: string, headers: Record<string, string>, statuses: number[]][] = [
      // DELETE of a chat asks guests for the secret first, be there a chat or not.
      ["a guest", {}, [404, 401]],
      ["a stranger", as(home.stranger), [404]],
      ["who was put out", as(home.removed), [404]],
      ["who is blocked", as(home.blocked), [404]],
      ["an expired token", bearer(expired), [401]],
      ["a token of an ended session", as(home.ended), [401]],
      ["a user of another application", as(other.ann), [401]],
      ["another application's server", bearer(other.secret), [403]],
    ];
    const searches = createSearches({ world: house.world, ask, client });
    await searches.indexMade();
    await searches.indexed();
    const before = await house.world.db("messages").count({ total: "*" });
    let asked = 0;
    const faults: string[] = [];
    await inTurns(
      callers.flatMap(([name, headers, statuses]) =>
        chats.flatMap((number) =>
          chatRequests.map((request) => ({ name, headers, statuses, number, request })),
        ),
      ),
      async ({ name, headers, statuses, number, request: [method, path, body] }) => {
        const absent = 1_000 + number;
        const at = (chat: number) => path.replace("C", `/${token}/chats/${chat}`);
        const hidden = await ask(method, at(number), body, headers);
        const missing = await ask(method, at(absent), body, headers);
        asked += 2;
        const isSame = outline(hidden, number) === outline(missing, absent);
        if (!isSame || !statuses.includes(hidden.status) || hidden.text.includes(needle)) {
          faults.push(
            `${name}: ${method} ${path}: ${hidden.status} ${hidden.text} / ${missing.status} ${missing.text}`,
          );
        }
      },
    );
    // By the other application's token there is none of it either.
    await inTurns(
      chats.flatMap((number) => chatRequests.map((request) => ({ number: number + privateChats, request }))),
      async ({ number, request: [method, path, body] }) => {
        const reply = await ask(
          method,
          path.replace("C", `/${other.token}/chats/${number}`),
          body,
          as(other.ann),
        );
        asked += 1;
        const isFault = reply.status !== 404 || reply.text.includes(needle);
        if (isFault) faults.push(`foreign ${method} ${path}: ${reply.text}`);
      },
    );
    for (const [name, headers] of callers) {
      for (const path of [
        "",
        "/chats",
        "/chats?order=desc",
        `/search?q=${needle}`,
        `/search?q=${needle}&count=true`,
        `/search?q=${needle}&mode=words&count=true`,
        `/search?q=${needle}&mode=fuzzy&count=true`,
        "/messages",
        "/chats/common/messages",
        "/users/1/messages",
        "/users/2/messages",
        `/users/2/search?q=${needle}`,
        "/users/1/changes",
        "/users/2/changes",
        "/users/2/read",
        "/users/me/unread",
        "/users/me/messages",
        "/users/me/conversations",
        "/users/me/chats",
        "/users/1/chats",
        "/chats/-1/messages",
        "/chats/0/messages",
      ]) {
        const reply = await ask("GET", `/${token}${path}`, undefined, headers);
        asked += 1;
        const count = reply.headers["search-count"] ?? "0";
        if (reply.text.includes(needle) || count !== "0") {
          faults.push(`${name}: GET ${path}: ${count} ${reply.text}`);
        }
      }
    }
    expect(faults).toEqual([]);
    expect(asked).toBeGreaterThanOrEqual(5000);

    await house.world.drained();
    expect(await house.world.db("messages").count({ total: "*" })).toEqual(before);
    const list = (who: Person, path: string) => ask("GET", `/${token}${path}`, undefined, as(who));
    for (const number of chats) {
      expect((await list(home.ben, `/chats/${number}/messages`)).body).toMatchObject([
        { message_number: 1, message_content: `Hier ist die ${needle}` },
      ]);
      expect((await list(ann, `/chats/${number}/members`)).body).toMatchObject([
        { role: "owner" },
        { user_number: 2 },
      ]);
    }
    expect((await list(home.ben, "/users/1/messages")).body).toHaveLength(1);
    for (const mode of ["contains", "words", "fuzzy"]) {
      const found = await list(home.ben, `/search?q=${needle}&mode=${mode}&count=true`);
      expect([found.headers["search-count"], (found.body as object[]).length]).toEqual(["20", 20]);
    }
  }, 180_000);
});
