/** The client against the real servers: each address, two people live, a network that is cut, and the package as it is packed. */
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeAll, describe, expect, it } from "@jest/globals";
import { repository } from "../../scripts/data-folder.ts";
import {
  createKey,
  createParley,
  ParleyError,
  type LiveChat,
  type Message,
  type Parley,
  type ParleyOptions,
} from "../../services/client/src/index.ts";
import { startHouse } from "../support/house.ts";
import { startTcpProxy, type TcpProxy } from "../support/tcp-proxy.ts";
import { waitUntil } from "../support/wait-until.ts";

const run = promisify(execFile);
const house = startHouse({ realtimeServices: 2 });
const password = "correct horse battery";
const opened: Parley[] = [];
const proxies: TcpProxy[] = [];
afterEach(async () => {
  for (const parley of opened.splice(0)) parley.live.close();
  await Promise.all(proxies.splice(0).map((proxy) => proxy.stop()));
});

function aClient(more: Partial<ParleyOptions>): Parley {
  const parley = createParley({ url: house.world.url, ...more });
  opened.push(parley);
  return parley;
}

async function anApplication(): Promise<{ applicationToken: string; secret: string }> {
  const made = await aClient({}).applications.create("Client", { key: crypto.randomUUID() });
  return { applicationToken: made.application_token, secret: made.application_secret };
}

async function aUser(applicationToken: string, username: string, more: Partial<ParleyOptions> = {}) {
  const parley = aClient({ applicationToken, ...more });
  const user = await parley.register({ username, password });
  await parley.login(username, password);
  return { parley, user };
}

async function all<T>(list: AsyncIterable<T>): Promise<T[]> {
  return Array.fromAsync(list);
}
const shown = ({ messages }: LiveChat): [number, string][] =>
  messages.map((one) => [one.message_number, one.message_content]);
const read = (messages: Message[]): [number, string][] =>
  messages.map((one) => [one.message_number, one.message_content]);

describe("every address", () => {
  it("is a function, and what is refused is an error that says why", async () => {
    const { applicationToken, secret } = await anApplication();
    const server = aClient({ applicationToken, secret });
    await server.application.update({ application_name: "Better" });
    expect(await server.application.get()).toMatchObject({ application_name: "Better" });
    const { parley: ann } = await aUser(applicationToken, "ann");
    const { parley: ben } = await aUser(applicationToken, "ben");
    const open = await ann.chats.create({ name: "General" });
    const closed = await ann.chats.create({ name: "Ours", isPrivate: true }, { key: createKey() });
    expect([open.chat_number, closed.chat_number]).toEqual([1, 2]);
    await expect(ben.messages.send(2, "let me in")).rejects.toMatchObject({
      status: 404,
      type: "/problems/chat-not-found",
    });
    await ann.members.put(2, 2, "moderator");
    expect((await all(ben.members.list(2))).map(({ role }) => role)).toEqual(["owner", "moderator"]);
    expect(await ben.members.get(2, "me")).toEqual({ has_access: true, role: "moderator" });
    await ben.chats.rename(2, "Yours");
    expect((await all(ben.chats.list())).map((chat) => chat.chat_name)).toEqual(["General", "Yours"]);
    const key = createKey();
    const [one, again] = [
      await ann.messages.send(1, "first", { key }),
      await ann.messages.send(1, "first", { key }),
    ];
    expect(again).toEqual(one);
    for (let i = 2; i <= 5; i += 1) await ann.messages.send(1, `message ${i}`);
    expect((await all(ann.messages.list(1, { limit: 2 }))).map((m) => m.message_number)).toEqual([
      1, 2, 3, 4, 5,
    ]);
    await ann.messages.edit(1, 1, "the very first");
    await ann.messages.delete(1, 2);
    await expect(ann.messages.get(1, 2)).rejects.toMatchObject({ status: 410 });
    expect((await all(ann.messages.search(1, "VERY"))).map(({ number }) => number)).toEqual([1]);
    expect((await all(ann.application.search("very"))).map((hit) => hit.chat_number)).toEqual([1]);
    await ann.messages.send({ user: 2 }, "psst");
    await ben.messages.send("common", "hello all");
    expect((await all(ben.me.messages())).map((m) => m.message_content)).toEqual(["psst"]);
    expect((await all(ben.me.conversations())).map((c) => c.user_number)).toEqual([1]);
    await waitUntil(async () =>
      (await ben.me.unread()).some((one) => one.user_number === 1 && one.unread === 1),
    );
    await ben.messages.read({ user: 1 }, 1);
    expect((await all(ann.messages.readers({ user: 2 }))).map((r) => r.message_number)).toEqual([1]);
    expect((await all(ann.users.find("be"))).map(({ username }) => username)).toEqual(["ben"]);
    expect((await ann.users.named("ben")).user_number).toBe(2);
    await ann.users.changeProfile("me", { colour: "#1e90ff" });
    expect(await ben.users.profile(1)).toEqual({ colour: "#1e90ff" });
    await ben.me.block(1);
    await expect(ann.messages.send({ user: 2 }, "hello?")).rejects.toBeInstanceOf(ParleyError);
    expect((await all(ben.me.blocks())).map((b) => b.user_number)).toEqual([1]);
    expect(await ann.me.sessions()).toHaveLength(1);
    await ann.logout();
    await waitUntil(() =>
      ann.messages.send("common", "x").then(
        () => false,
        (err: ParleyError) => err.status === 401,
      ),
    );
    await server.application.delete();
    await expect(ben.chats.list().next()).rejects.toMatchObject({ status: 410 });
  });

  it("renews an access token once for all that ask at the same time", async () => {
    const { applicationToken } = await anApplication();
    const { parley } = await aUser(applicationToken, "ann");
    const { refreshToken } = parley.tokens;
    const told: string[] = [];
    const stale = aClient({
      applicationToken,
      accessToken: "a.b.c",
      ...(refreshToken !== undefined && { refreshToken }),
      onTokens: (tokens) => told.push(tokens.refresh_token),
    });
    await Promise.all(Array.from({ length: 5 }, () => stale.users.get("me")));
    expect(told).toHaveLength(1);
  });
});

describe("a live chat", () => {
  it("is the same for two people, whose network is cut again and again", async () => {
    const { applicationToken } = await anApplication();
    const proxy = await startTcpProxy(Number(new URL(house.world.url).port));
    proxies.push(proxy);
    const cut = { url: `http://127.0.0.1:${proxy.port}` };
    const { parley: ann } = await aUser(applicationToken, "ann", cut);
    const { parley: ben } = await aUser(applicationToken, "ben");
    await ann.chats.create({ name: "General" });
    for (let i = 1; i <= 60; i += 1) await ben.messages.send(1, `old ${i}`);
    const [one, other] = [await ann.live.connect(1), await ben.live.connect(1)];
    expect(await one.loadOlder()).toBe(true);
    expect(await one.loadOlder()).toBe(false);
    expect(shown(one)).toHaveLength(60);
    for (let i = 0; i < 8; i += 1) {
      one.send(`ann ${i}`);
      other.send(`ben ${i}`);
      if (i % 2 === 0) proxy.cut();
      await ben.messages.edit(1, 1 + i, `edited ${i}`);
      if (i === 5) await ben.messages.delete(1, 20);
    }
    await waitUntil(async () => {
      const stored = read(await all(ben.messages.list(1)));
      expect(one.outgoing).toEqual([]);
      expect(stored).toHaveLength(75);
      expect(shown(one)).toEqual(stored);
      return true;
    }, 40_000);
    const mine = shown(one).filter(([, content]) => content.startsWith("ann"));
    expect(mine.map(([, content]) => content)).toEqual(Array.from({ length: 8 }, (_, i) => `ann ${i}`));
  });

  it("tells who writes, who is there, who has read how far, and of what is not connected", async () => {
    const { applicationToken } = await anApplication();
    const { parley: ann } = await aUser(applicationToken, "ann");
    const { parley: ben } = await aUser(applicationToken, "ben");
    await ann.chats.create();
    const heard: string[] = [];
    ben.live.on("typing", ({ user }) => heard.push(`${user.username} types`));
    ben.live.on("read", ({ user, messageNumber }) =>
      heard.push(`${user.username} has read ${messageNumber}`),
    );
    ben.live.on("notification", (message) =>
      heard.push(`${message.user_number}: ${message.message_content}`),
    );
    const [one, other] = [await ann.live.connect(1), await ben.live.connect(1)];
    await waitUntil(() => one.present.length === 2 && other.present.length === 2);
    one.send("hello");
    await waitUntil(() => shown(other).length === 1);
    await one.typing();
    await one.read(1);
    await ann.messages.send({ user: 2 }, "psst");
    await waitUntil(() => heard.length === 3);
    expect(heard.toSorted()).toEqual(["1: psst", "ann has read 1", "ann types"]);
    await one.edit(1, "hello!");
    await waitUntil(() => shown(other)[0]?.[1] === "hello!");
    await one.delete(1);
    await waitUntil(() => shown(other).length === 0);
    await ann.live.disconnect(one);
  });
});

describe("the package", () => {
  let folder: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(process.env["TEST_DATA"] ?? tmpdir(), "package-"));
    const npm = { cwd: join(repository, "services", "client") };
    const { stdout } = await run("npm", ["pack", "--json", "--pack-destination", folder], npm);
    const json = JSON.parse(stdout.slice(stdout.indexOf("["))) as [{ filename: string }];
    writeFileSync(join(folder, "package.json"), '{"type":"module"}');
    await run("npm", ["install", "--offline", "--no-audit", "--no-fund", join(folder, json[0].filename)], {
      cwd: folder,
    });
  });
  const readme = readFileSync(join(repository, "services", "client", "README.md"), "utf8");
  const [, example = ""] = /```js\n([^]*?)```/.exec(readme) ?? [];

  it("needs nothing else, and does what its README shows", async () => {
    const { applicationToken } = await anApplication();
    const here = example
      .replace('"http://127.0.0.1"', JSON.stringify(house.world.url))
      .replace('"22398941-…"', JSON.stringify(applicationToken));
    const end = `
      parley.live.on("change", ({ chat }) => chat.messages.length > 0 && parley.live.close());`;
    writeFileSync(join(folder, "example.js"), here + end);
    const { stdout } = await run(process.execPath, ["example.js"], { cwd: folder });
    expect(stdout).toMatch(/message_number: 1,\s+message_content: 'Who waters the roses\?'/);
  });

  it("has types that an empty TypeScript project takes, and that find what is wrong", async () => {
    const wrong = `
      // @ts-expect-error: a name is a text
      await parley.chats.create({ name: 7 });`;
    writeFileSync(join(folder, "example.ts"), example + wrong);
    const options = ["--noEmit", "--strict", "--target", "es2022", "--module", "nodenext"];
    const tsc = join(repository, "node_modules", ".bin", "tsc");
    await run(tsc, [...options, "--types", "", "example.ts"], { cwd: folder });
  });
});
