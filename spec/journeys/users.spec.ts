/** Users and profiles: who may look, who may change, and how they are found. */
import { describe, expect, it } from "@jest/globals";
import { bearer } from "../support/ask.ts";
import { as, password } from "../support/people.ts";
import { startHouse } from "../support/house.ts";
import { expectProblem } from "../support/problems.ts";

const house = startHouse({ withSearch: false });
const { ask, client, people } = house;

type UserBody = { user_number: number; username: string };
const namesIn = (body: unknown): string[] => (body as UserBody[]).map(({ username }) => username);

describe("changing a user", () => {
  it("is refused to guests, to others, and in other applications", async () => {
    const [{ token, secret }, other] = [await client.anApplication(), await client.anApplication()];
    const [ann, ben] = [await people.mint(token, secret), await people.mint(token, secret)];
    const foreign = await people.mint(other.token, other.secret);
    for (const [method, path, body] of [
      ["PATCH", "", { username: "taken-over" }],
      ["PUT", "", { username: "taken-over" }],
      ["DELETE", "", undefined],
      ["PUT", "/profile", { display_name: "taken over" }],
      ["PATCH", "/profile", { display_name: "taken over" }],
      ["DELETE", "/profile", undefined],
    ] as const) {
      const at = `/${token}/users/${ann.number}${path}`;
      expectProblem(await ask(method, at, body), { status: 401, slug: "credential-missing" });
      expectProblem(await ask(method, at, body, as(ben)), { status: 403, slug: "credential-wrong" });
      expectProblem(await ask(method, at, body, as(foreign)), { status: 401, slug: "access-token-invalid" });
      expectProblem(await ask(method, at, body, bearer(other.secret)), { status: 403 });
    }
    const { body } = await ask("GET", `/${token}/users/${ann.number}`);
    expect(body).toMatchObject({ username: ann.username, profile: {} });
  });

  it.each([
    ["username", { username: "a b" }],
    ["display_name", { display_name: "" }],
    ["display_name", { display_name: "x".repeat(256) }],
    ["description", { description: "x".repeat(2001) }],
    ["colour", { colour: "red" }],
    ["avatar_url", { avatar_url: "javascript:alert(1)" }],
    ["avatar_url", { avatar_url: `https://x/${"y".repeat(2048)}` }],
    ["locale", { locale: "not a language" }],
    ["custom", { custom: "text" }],
    ["custom", { custom: { text: "x".repeat(4096) } }],
  ])("is 422 with a bad %s", async (field, body) => {
    const { token, secret } = await client.anApplication();
    const ann = await people.mint(token, secret);
    const reply = await ask("PATCH", `/${token}/users/me`, body, as(ann));
    expectProblem(reply, { status: 422, slug: "invalid", pointer: `/${field}` });
  });

  it("takes a free name, and not another's", async () => {
    const { token, secret } = await client.anApplication();
    const [ann, ben] = [await people.mint(token, secret, "ann"), await people.mint(token, secret, "ben")];
    const rename = (username: string) =>
      ask("PATCH", `/${token}/users/me`, { username, user_number: 9 }, as(ben));
    expectProblem(await rename("ANN"), { status: 409, slug: "username-taken" });
    expect((await rename("Ben")).body).toMatchObject({ user_number: 2, username: "Ben" });
    expect((await ask("GET", `/${token}/users/username/BEN`)).body).toMatchObject({ user_number: 2 });
    expectProblem(await ask("GET", `/${token}/users/username/carl`), { status: 404, slug: "user-not-found" });
    expect((await ask("GET", `/${token}/users/${ann.number}`)).body).toMatchObject({ username: "ann" });
  });

  it("with a stale ETag is 412", async () => {
    const { token, secret } = await client.anApplication();
    const ann = await people.mint(token, secret);
    const { headers } = await ask("GET", `/${token}/users/me`, undefined, as(ann));
    const change = (colour: string) =>
      ask(
        "PATCH",
        `/${token}/users/me/profile`,
        { colour },
        { ...as(ann), "If-Match": headers["etag"] ?? "" },
      );
    expect((await change("#112233")).status).toBe(200);
    expectProblem(await change("#445566"), { status: 412, slug: "stale-etag" });
  });

  it.each(["0", "01", "-1", "2147483648", "x", "9"])("number %s is 404", async (number) => {
    const { token } = await client.anApplication();
    for (const path of [`users/${number}`, `users/${number}/profile`]) {
      expectProblem(await ask("GET", `/${token}/${path}`), { status: 404, slug: "user-not-found" });
    }
  });
});

describe("a profile", () => {
  it("is put, patched and deleted by its user; empty fields are left out", async () => {
    const { token, secret } = await client.anApplication();
    const ann = await people.mint(token, secret, "ann");
    const at = `/${token}/users/${ann.number}/profile`;
    const full = {
      display_name: "Ann 😀",
      description: "two\nlines",
      colour: "#1e90ff",
      avatar_url: "https://example.com/ann.png",
      locale: "pt-BR",
      custom: { team: ["a", { b: 1 }] },
    };
    expect((await ask("GET", at)).body).toEqual({});
    expect((await ask("PUT", at, full, as(ann))).body).toEqual(full);
    const patched = await ask("PATCH", at, { colour: null, locale: "de" }, as(ann));
    const { colour: _, ...rest } = full;
    expect(patched.body).toEqual({ ...rest, locale: "de" });
    expect((await ask("GET", `/${token}/users/${ann.number}`)).body).toMatchObject({
      display_name: "Ann 😀",
      profile: { ...rest, locale: "de" },
    });
    expect((await ask("PUT", at, { description: "alone" }, bearer(secret))).body).toEqual({
      description: "alone",
    });
    expect((await ask("DELETE", at, undefined, as(ann))).status).toBe(204);
    expect((await ask("GET", at)).body).toEqual({});
  });
});

describe("a deleted user", () => {
  it("is 410, its sessions end, its name is free, and its number is not given again", async () => {
    const { token, secret } = await client.anApplication();
    const ann = await people.register(token, "ann", { display_name: "Ann" });
    expectProblem(await ask("DELETE", `/${token}/users/me?messages=some`, undefined, as(ann)), {
      status: 422,
    });
    expect((await ask("DELETE", `/${token}/users/me`, undefined, as(ann))).status).toBe(204);
    for (const path of ["users/1", "users/1/profile"]) {
      expectProblem(await ask("GET", `/${token}/${path}`), { status: 410, slug: "user-deleted" });
    }
    expectProblem(await ask("DELETE", `/${token}/users/1`, undefined, bearer(secret)), { status: 410 });
    expectProblem(await ask("GET", `/${token}/users/me`, undefined, as(ann)), { status: 401 });
    expectProblem(await ask("POST", `/${token}/token/renew`, { refresh_token: ann.refresh_token }), {
      status: 401,
    });
    expectProblem(await ask("POST", `/${token}/login`, { username: "ann", password }), { status: 401 });
    expect((await ask("GET", `/${token}/users?query=ann`)).body).toEqual([]);
    expect((await people.register(token, "ann")).number).toBe(2);
    const stored = await house.world.db("users").where({ number: 1 }).whereNull("username");
    expect(stored).toHaveLength(1);
  });
});

describe("listing and finding users", () => {
  it("refuses bad pages and queries", async () => {
    const { token } = await client.anApplication();
    for (const [query, pointer] of [
      ["limit=201", "/limit"],
      ["query=", "/query"],
      [`query=${"x".repeat(65)}`, "/query"],
      ["query=a&cursor=x", "/cursor"],
      ["sort=name", "/sort"],
      ["query=%CC%81", "/query"],
    ]) {
      expectProblem(await ask("GET", `/${token}/users?${query}`), {
        status: 422,
        slug: "invalid",
        pointer: pointer ?? "",
      });
    }
  });

  it("finds any part of a name or display name once, beginnings of words first, and pages through all", async () => {
    const { token, secret } = await client.anApplication();
    const add = (username: string, display_name?: string) =>
      people.must(201, "POST", `/${token}/users`, { username, display_name }, bearer(secret));
    for (const [username, name] of [
      ["hannah", "Hannah Banana"],
      ["x1", "Joanna"],
      ["x2", "Mary Ann"],
      ["ann.example", undefined],
      ["x3", "Søren"],
      ["x4", "ＡＮＮＥ"],
      ["x5", "100% _anno_"],
    ] as const) {
      await add(username, name);
    }
    const find = async (query: string) =>
      namesIn((await ask("GET", `/${token}/users?query=${encodeURIComponent(query)}`)).body);
    const found = await find("ann");
    expect(found.slice(0, 4).toSorted()).toEqual(["ann.example", "x2", "x4", "x5"]);
    expect(found.slice(4).toSorted()).toEqual(["hannah", "x1"]);
    expect((await find("ANA")).toSorted()).toEqual(["hannah"]);
    expect(await find("0% _a")).toEqual(["x5"]);
    expect(await find("mary ann")).toEqual(["x2"]);
    expect(await find("nobody")).toEqual([]);
    for (let i = 0; i < 150; i += 1) await add(`many${i}`, `ann anna ${i}`);
    const all: string[] = [];
    for (let next = `/${token}/users?query=an&limit=40`; next !== "";) {
      const { body, headers } = await ask("GET", next);
      all.push(...namesIn(body));
      next = /\/applications([^>]+)>; rel="next"/.exec(headers["link"] ?? "")?.[1] ?? "";
    }
    expect(all).toHaveLength(156);
    expect(new Set(all).size).toBe(156);
    const byNumber = await client.listAll(`/${token}/users?limit=50`);
    expect(byNumber.map((user) => user["user_number"])).toEqual(Array.from({ length: 157 }, (_, i) => i + 1));
  });
});
