/** Hostile input to everything about people: rows 3–6, 8, 9, 12, 15, 22–25, 35, 47 and 52 of the hostile inputs. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "@jest/globals";
import { askRaw, bearer, requestBytes, type Method } from "../support/ask.ts";
import { startHouse } from "../support/house.ts";
import { as, password, type Person } from "../support/people.ts";
import { expectProblem } from "../support/problems.ts";
import { waitUntil } from "../support/wait-until.ts";

const house = startHouse({ withSearch: false, env: { LOG_LEVEL: "info" } });
const { ask, client, people } = house;
let token: string;
let secret: string;
let ann: Person;
beforeAll(async () => {
  ({ token, secret } = await client.anApplication());
  ann = await people.register(token, "ann");
  await people.mint(token, secret, "ben");
  await people.must(201, "POST", `/${token}/chats`, { private: true }, as(ann));
  await people.must(201, "POST", `/${token}/users/2/messages`, { message_content: "hello" }, as(ann));
});

/** Every address that takes a body, with T for the token. */
const writes: [method: Method, path: string][] = [
  ["POST", "/T/register"],
  ["POST", "/T/login"],
  ["POST", "/T/token/renew"],
  ["POST", "/T/users"],
  ["PUT", "/T/users/me"],
  ["PATCH", "/T/users/me"],
  ["PUT", "/T/users/me/profile"],
  ["PATCH", "/T/users/me/profile"],
  ["POST", "/T/users/2/messages"],
  ["POST", "/T/messages"],
  ["PUT", "/T/chats/1/members/2"],
  ["PUT", "/T/chats/1/read"],
  ["PUT", "/T/users/2/read"],
];
const headersFor = (path: string): Record<string, string> => (path === "/T/users" ? bearer(secret) : as(ann));
const send = (method: Method, path: string, body: unknown) =>
  ask(method, path.replace("T", token), body, headersFor(path));

describe.each(writes)("%s …%s", (method, path) => {
  it("refuses what is no JSON, no object, or another kind of body", async () => {
    for (const body of ['{"a":', "nope", Buffer.from([0x7b, 0xff, 0x7d])]) {
      expectProblem(await send(method, path, body), { status: 400, slug: "malformed-json" });
    }
    for (const body of ["null", "[]", '"x"', "7", "true", `${"[".repeat(21)}${"]".repeat(21)}`]) {
      expectProblem(await send(method, path, body), { status: 422, slug: "invalid" });
    }
    const headers = Object.entries(headersFor(path)).map(([name, value]) => `${name}: ${value}`);
    const asked = { method, path: `/api/applications${path.replace("T", token)}`, body: "username=ann" };
    const bytes = requestBytes({ ...asked, headers })
      .toString()
      .replace("application/json", "application/x-www-form-urlencoded");
    expectProblem(await askRaw(house.world.url, Buffer.from(bytes)), { status: 415 });
  });

  it("refuses values of another type, whatever they are", async () => {
    for (const value of [7, true, [], ["x"], {}, { $ne: null }, { password: 1 }]) {
      const body = Object.fromEntries(
        ["username", "password", "refresh_token", "message_content", "role", "display_name"].map((name) => [
          name,
          value,
        ]),
      );
      expectProblem(await send(method, path, body), { status: 422, slug: "invalid" });
    }
  });

  it("refuses NUL and half surrogates", async () => {
    for (const json of ['"a\\u0000b"', '"a\\ud800b"', '"\\udc00\\ud800"']) {
      const fields = ["username", "refresh_token", "message_content", "role", "display_name"];
      const body = `{${[...fields.map((name) => `"${name}":${json}`), `"password":"${password}"`].join()}}`;
      const reply = await send(method, path, body);
      // A name that nobody can have is wrong, and a token that nobody was given.
      expect([401, 422]).toContain(reply.status);
    }
  });
});

describe("a profile", () => {
  it("keeps what an application puts into it as it is, and takes nothing over", async () => {
    const custom =
      '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"a":[null,1.5,"ü"]}';
    const put = await send(
      "PUT",
      "/T/users/me/profile",
      `{"custom":${custom},"user_number":9,"username":"x","id":1}`,
    );
    expect(put.status).toBe(200);
    const { text } = await ask("GET", `/${token}/users/${ann.number}/profile`);
    expect(JSON.parse(text)).toMatchObject({ custom: { a: [null, 1.5, "ü"] } });
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
    expect((await ask("GET", `/${token}/users/me`, undefined, as(ann))).body).toMatchObject({
      user_number: 1,
      username: "ann",
    });
  });

  it("refuses half surrogates and what cannot be seen wherever they are", async () => {
    for (const json of [
      '{"custom":{"a":["\\ud800"]}}',
      '{"custom":{"\\udc00":1}}',
      '{"avatar_url":"https://x/\\ud800"}',
    ]) {
      expectProblem(await send("PATCH", "/T/users/me", json), { status: 422, slug: "invalid" });
    }
    for (const username of ["ann\ufe0f", "ann\u3164", "\u115fann", "an\u034fn", "ann\u200d"]) {
      const body = { username, password };
      expectProblem(await send("POST", "/T/register", body), { status: 422, pointer: "/username" });
    }
    const wide = { username: "wide", password: "ｐａｓｓｗｏｒｄ１２３" };
    expectProblem(await send("POST", "/T/register", wide), { status: 422, pointer: "/password" });
  });

  it("of which one character is many is found without much work", async () => {
    const { number } = await people.register(token, "arabic", { display_name: "\ufdfa".repeat(255) });
    const start = performance.now();
    for (const query of ["ل", "الله", "صلى الله عليه"]) {
      const { body } = await ask("GET", `/${token}/users?query=${encodeURIComponent(query)}`);
      expect(body).toMatchObject([{ user_number: number }]);
    }
    expect(performance.now() - start).toBeLessThan(2000);
  });

  it("is text to the database and to whoever reads it", async () => {
    for (const display_name of [
      "' OR 1=1 --",
      "<img src=x onerror=alert(1)>",
      "%_\\",
      "a\u202eb",
      "👩‍👩‍👧‍👦",
      "Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢L",
    ]) {
      const reply = await send("PATCH", "/T/users/me", { display_name });
      expect([reply.status, reply.body]).toMatchObject([200, { display_name }]);
      const { headers, body } = await ask("GET", `/${token}/users/1`);
      expect(body).toMatchObject({ display_name });
      expect([headers["content-type"], headers["x-content-type-options"]]).toEqual([
        "application/json; charset=utf-8",
        "nosniff",
      ]);
      const found = await ask("GET", `/${token}/users?query=${encodeURIComponent(display_name)}`);
      expect([200, 422]).toContain(found.status);
      if (found.status === 200) expect(found.body).toMatchObject([{ user_number: 1 }]);
    }
  });
});

describe("an address", () => {
  it.each([
    "/users/username/a%20b",
    "/users/username/%F0%9F%92%A9",
    "/users/username/'%20OR%201=1",
    "/users/2147483648",
    "/users/9007199254740993",
    "/users/1e3",
    "/users/%2e%2e%2f",
    "/sessions/' OR 1=1",
    "/chats/1/members/0",
    "/chats/1/members/x",
    "/users/0/messages",
    "/users/-1/messages",
    "/chats/-1",
    "/chats/%2d1/messages",
    "/chats/Common",
  ])("%s is 404", async (path) => {
    const method = path.startsWith("/sessions") ? "DELETE" : "GET";
    const headers = [`Authorization: Bearer ${ann.access_token}`];
    const bytes = requestBytes({
      method,
      path: `/api/applications/${token}${path.replaceAll(" ", "%20")}`,
      headers,
    });
    expectProblem(await askRaw(house.world.url, bytes), { status: 404 });
  });

  it("that is very long is 404, and one with NUL is 400", async () => {
    for (const path of ["/users/username/L", "/users/L", "/users/L/messages", "/chats/L/members"]) {
      const at = `/${token}${path.replace("L", "x".repeat(3000))}`;
      expectProblem(await ask("GET", at, undefined, as(ann)), { status: 404 });
    }
    for (const path of ["/users/username/%00", "/users/me%00", "/chats/common%00/messages"]) {
      const bytes = requestBytes({ method: "GET", path: `/api/applications/${token}${path}` });
      expectProblem(await askRaw(house.world.url, bytes), { status: 400 });
    }
  });

  it.each([
    ["/users?limit=0", "/limit"],
    ["/users?limit=1e2", "/limit"],
    ["/users?after=-1", "/after"],
    ["/users?query=a&after=1", "/after"],
    ["/users?cursor=1", "/cursor"],
    ["/users?query=a&query=b", "/query"],
    ["/users?query=%00", "/query"],
    ["/users?query=a&cursor=0.1.1.!!", "/cursor"],
    ["/users?query=a&cursor=2.1.1.YQ", "/cursor"],
    ["/users?query=zzz&cursor=0.0.0.YQ", "/cursor"],
    ["/users/me/messages?cursor=999999999999999.1.1", "/cursor"],
    ["/users/me/messages?cursor=253402300800000.1.1", "/cursor"],
    ["/users/me/messages?cursor=1.1", "/cursor"],
    ["/users/me/messages?cursor=x", "/cursor"],
    ["/users/me/conversations?limit=201", "/limit"],
    ["/users/me/blocks?limit=201", "/limit"],
    ["/users/me/unread?limit=1", "/limit"],
    ["/chats/1/read?order=up", "/order"],
    ["/chats/1/members?order=up", "/order"],
    ["/users/me/chats?sort=name", "/sort"],
    ["/users?query[]=a", "/query[]"],
  ])("%s is 422", async (path, pointer) => {
    expectProblem(await ask("GET", `/${token}${path}`, undefined, as(ann)), {
      status: 422,
      slug: "invalid",
      pointer,
    });
  });

  it("with the largest cursors is an empty page", async () => {
    for (const path of [
      "/users?query=a&cursor=1.9999999999.65535.YQ",
      "/users?query=a&cursor=0.9999999999.99999.YWH0j7-_",
      "/users/me/messages?cursor=253402214400000.9999999999.9999999999",
      "/users/me/messages?cursor=0.0.0",
    ]) {
      const reply = await ask("GET", `/${token}${path}`, undefined, as(ann));
      expect([path, reply.status]).toEqual([path, 200]);
    }
  });
});

describe("a password", () => {
  it("counts to its end", async () => {
    const [long, other] = [`${"x1-".repeat(30)}a`, `${"x1-".repeat(30)}b`];
    await people.must(201, "POST", `/${token}/register`, { username: "long", password: long });
    expectProblem(await ask("POST", `/${token}/login`, { username: "long", password: other }), {
      status: 401,
    });
    expect((await ask("POST", `/${token}/login`, { username: "long", password: long })).status).toBe(200);
  });

  it("may be typed in several ways that are the same text", async () => {
    await people.must(201, "POST", `/${token}/register`, { username: "way", password: "e\u0301cole-ﬁne" });
    expect((await ask("POST", `/${token}/login`, { username: "way", password: "école-fine" })).status).toBe(
      200,
    );
  });

  it("is in no log, nor is any token", async () => {
    await people.logIn(token, "ann");
    const folder = join(house.world.dataFolder, "logs");
    const readLogs = () =>
      readdirSync(folder)
        .map((name) => readFileSync(join(folder, name), "utf8"))
        .join("");
    await waitUntil(async () => /"path":"\/api\/applications\/[0-9a-f]{8}\/login"/.test(readLogs()));
    const logs = readLogs();
    for (const text of [password, ann.access_token, ann.refresh_token, token, secret]) {
      expect(logs.includes(text)).toBe(false);
    }
  });
});
