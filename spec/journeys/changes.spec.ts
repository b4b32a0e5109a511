/** A chat's changes: whoever knows up to which change it has all is told the rest, each once, in order. */
import { describe, expect, it } from "@jest/globals";
import { bearer } from "../support/ask.ts";
import { as } from "../support/people.ts";
import { startHouse } from "../support/house.ts";
import { expectProblem } from "../support/problems.ts";
import { waitUntil } from "../support/wait-until.ts";

const house = startHouse({ withSearch: false });
const { ask, client, people } = house;

type Change = {
  type: string;
  content: { change_number: number; previous_change: number; [field: string]: unknown };
};

const say = (message_content: string) => ({ message_content });

async function changesOf(path: string, headers = {}): Promise<{ changes: Change[]; last: number }> {
  const reply = await people.must(200, "GET", path, undefined, headers);
  return { changes: reply.body as Change[], last: Number(reply.headers["last-change"]) };
}

describe("a chat's changes", () => {
  it("are refused to who may not read it, and for a query that cannot be read", async () => {
    const { token, secret } = await client.anApplication();
    const ann = await people.mint(token, secret);
    const ben = await people.mint(token, secret);
    await people.must(201, "POST", `/${token}/chats`, { private: true }, as(ann));
    const path = `/${token}/chats/1/changes`;
    expectProblem(await ask("GET", path), { status: 404, slug: "chat-not-found" });
    expectProblem(await ask("GET", path, undefined, as(ben)), { status: 404, slug: "chat-not-found" });
    expectProblem(await ask("GET", `/${token}/chats/2/changes`), { status: 404, slug: "chat-not-found" });
    expectProblem(await ask("GET", `/${token}/users/2/changes`), { status: 401, slug: "credential-missing" });
    for (const query of ["after=-1", "after=x", "limit=0", "limit=201", "before=3", "after=1&after=2"]) {
      expectProblem(await ask("GET", `${path}?${query}`, undefined, as(ann)), {
        status: 422,
        slug: "invalid",
      });
    }
    expectProblem(await ask("POST", path, {}, as(ann)), { status: 405, slug: "method-not-allowed" });
  });

  it("are the newest state of each message, and end at its last change", async () => {
    const { token, secret } = await client.anApplication();
    await people.must(201, "POST", `/${token}/chats`, { chat_name: "General" });
    const chat = `/${token}/chats/1`;
    for (const text of ["one", "two", "three"]) {
      await people.must(201, "POST", `${chat}/messages`, say(text));
    }
    await house.world.drained();
    await people.must(200, "PATCH", `${chat}/messages/1`, say("one!"));
    await people.must(204, "DELETE", `${chat}/messages/2`);
    await people.must(200, "PATCH", chat, { chat_name: "Everything" });
    const { changes, last } = await changesOf(`${chat}/changes`);
    expect(last).toBe(6);
    expect(changes).toMatchObject([
      { type: "message", content: { chat_number: 1, message_number: 3, message_content: "three" } },
      { type: "message-updated", content: { message_number: 1, message_content: "one!" } },
      { type: "message-deleted", content: { message_number: 2 } },
      { type: "chat-updated", content: { chat_name: "Everything" } },
    ]);
    expect(changes.map(({ content }) => [content.previous_change, content.change_number])).toEqual([
      [0, 3],
      [3, 4],
      [4, 5],
      [5, 6],
    ]);
    expect(await changesOf(`${chat}/changes?after=4`)).toMatchObject({
      last: 6,
      changes: [{ content: { previous_change: 4, change_number: 5 } }, { content: { change_number: 6 } }],
    });
    expect(await changesOf(`${chat}/changes?after=6`)).toEqual({ changes: [], last: 6 });
    expect((await ask("GET", `${chat}/messages?change_numbers=true`)).body).toMatchObject([
      { message_number: 1, change_number: 4 },
      { message_number: 3, change_number: 3 },
    ]);
    await people.must(204, "DELETE", chat, undefined, bearer(secret));
    expectProblem(await ask("GET", `${chat}/changes`), { status: 410, slug: "chat-deleted" });
  });

  it("are led through in pages, and say of each what was before", async () => {
    const { token } = await client.anApplication();
    await people.must(201, "POST", `/${token}/chats`, {});
    for (let n = 1; n <= 25; n += 1) {
      await people.must(201, "POST", `/${token}/chats/1/messages`, say(`m${n}`));
    }
    await house.world.drained();
    const seen: number[] = [];
    for (let next: string | undefined = `/${token}/chats/1/changes?limit=10`; next !== undefined;) {
      const reply = await ask("GET", next);
      const page = reply.body as Change[];
      expect(page[0]?.content.previous_change).toBe(seen.length);
      expect(reply.headers["last-change"]).toBe(String(seen.length + page.length));
      seen.push(...page.map(({ content }) => content["message_number"] as number));
      next = /<\/api\/applications(.*)>/.exec(reply.headers["link"] ?? "")?.[1];
    }
    expect(seen).toEqual(Array.from({ length: 25 }, (_, i) => i + 1));
  });

  it("are told up to one that is among them, also while they are changed again", async () => {
    const { token } = await client.anApplication();
    const messages = `/${token}/chats/${await client.aChat(token)}/messages`;
    for (const text of ["one", "two"]) await people.must(201, "POST", messages, say(text));
    await house.world.drained();
    let isOver = false;
    const edit = async () => {
      for (let i = 0; !isOver; i += 1) await client.call("PATCH", `${messages}/1`, say(`one ${i}`));
    };
    const editing = Promise.all([edit(), edit()]);
    let after = 0;
    for (let i = 0; i < 150; i += 1) {
      const { changes, last } = await changesOf(`/${token}/chats/1/changes?after=${after}`);
      expect(last).toBe(changes.at(-1)?.content.change_number ?? after);
      after = last;
    }
    isOver = true;
    await editing;
  });

  it("tell of members as of messages, and of what is said in a conversation", async () => {
    const { token, secret } = await client.anApplication();
    const [ann, ben] = [await people.mint(token, secret), await people.mint(token, secret)];
    await people.must(201, "POST", `/${token}/chats`, { private: true }, as(ann));
    const chat = `/${token}/chats/1`;
    await people.must(200, "PUT", `${chat}/members/2`, undefined, as(ann));
    await people.must(200, "PUT", `${chat}/members/2`, { role: "moderator" }, as(ann));
    expect((await changesOf(`${chat}/changes`, as(ben))).changes).toMatchObject([
      { type: "join", content: { change_number: 2, user: { user_number: 2 }, role: "moderator" } },
    ]);
    await people.must(204, "DELETE", `${chat}/members/2`, undefined, as(ben));
    expect((await changesOf(`${chat}/changes`, as(ann))).changes).toMatchObject([
      { type: "leave", content: { change_number: 3, user: { user_number: 2, username: ben.username } } },
    ]);
    await people.must(200, "PUT", `${chat}/members/2`, undefined, as(ann));
    await people.must(204, "DELETE", `/${token}/users/me`, undefined, as(ben));
    expect((await changesOf(`${chat}/changes?after=3`, as(ann))).changes).toMatchObject([
      { type: "leave", content: { change_number: 5, user: { user_number: 2 } } },
    ]);

    const carl = await people.mint(token, secret);
    expect(await changesOf(`/${token}/users/${carl.number}/changes`, as(ann))).toEqual({
      changes: [],
      last: 0,
    });
    await people.must(201, "POST", `/${token}/users/${carl.number}/messages`, say("hi"), as(ann));
    await waitUntil(async () => (await changesOf(`/${token}/users/1/changes`, as(carl))).last === 1);
    expect((await changesOf(`/${token}/users/1/changes`, as(carl))).changes).toMatchObject([
      { type: "message", content: { user_number: 1, message_content: "hi", sender: { user_number: 1 } } },
    ]);
  });
});
