/** Registering, logging in, renewing, logging out: what is refused, and what is given. */
import { describe, expect, it } from "@jest/globals";
import { decodeJwt, decodeProtectedHeader } from "jose";
import { bearer } from "../support/ask.ts";
import { as, password, type Tokens } from "../support/people.ts";
import { startHouse } from "../support/house.ts";
import { expectProblem } from "../support/problems.ts";

const house = startHouse({ withSearch: false });
const { ask, client, people } = house;

describe("registering", () => {
  it.each([
    ["no name", { password }, "/username"],
    ["an empty name", { username: " ", password }, "/username"],
    ["a name with a space inside", { username: "a b", password }, "/username"],
    ["a name with a mark of direction", { username: "a\u202eb", password }, "/username"],
    ["a name with a zero-width joiner", { username: "a\u200db", password }, "/username"],
    ["a name of 65 characters", { username: "x".repeat(65), password }, "/username"],
    ["a name that is no text", { username: { $ne: "" }, password }, "/username"],
    ["no password", { username: "ann" }, "/password"],
    ["a password object", { username: "ann", password: { password: 1 } }, "/password"],
    ["a password of 7 characters", { username: "ann", password: "sEcr3t!" }, "/password"],
    ["a password of 129 characters", { username: "ann", password: "x".repeat(129) }, "/password"],
    ["a common password", { username: "ann", password: "Password123" }, "/password"],
    ["a display name that is no text", { username: "ann", password, display_name: 7 }, "/display_name"],
  ])("is 422 with %s", async (_, body, pointer) => {
    const { token } = await client.anApplication();
    expectProblem(await ask("POST", `/${token}/register`, body), { status: 422, slug: "invalid", pointer });
    expect((await ask("GET", `/${token}/users`)).body).toEqual([]);
  });

  it("is 413 with a password of 1 MB, and 404 in an unknown application", async () => {
    const { token } = await client.anApplication();
    const large = { username: "ann", password: "x".repeat(1_000_000) };
    expectProblem(await ask("POST", `/${token}/register`, large), { status: 413 });
    const unknown = "/00000000-0000-4000-8000-000000000000/register";
    expectProblem(await ask("POST", unknown, { username: "ann", password }), {
      status: 404,
      slug: "application-not-found",
    });
  });

  it("is 409 with a name that differs in case, width or spaces around it only, and burns no number", async () => {
    const { token } = await client.anApplication();
    await people.register(token, "Straße.Ann");
    for (const username of ["straße.ann", "STRASSE.ANN", "ＳＴＲＡＳＳＥ．ＡＮＮ", " Straße.Ann "]) {
      expectProblem(await ask("POST", `/${token}/register`, { username, password }), {
        status: 409,
        slug: "username-taken",
      });
    }
    expect((await people.register(token, "ben")).number).toBe(2);
  });

  it("numbers users from 1 in each application, without a hole, also when many come at once", async () => {
    const { token, secret } = await client.anApplication();
    const names = Array.from({ length: 40 }, (_, i) => `user${i % 30}`);
    const replies = await Promise.all(
      names.map((username) => ask("POST", `/${token}/users`, { username }, bearer(secret))),
    );
    expect(replies.filter(({ status }) => status === 409)).toHaveLength(10);
    const users = (await ask("GET", `/${token}/users`)).body as { user_number: number }[];
    expect(users.map((user) => user.user_number)).toEqual(Array.from({ length: 30 }, (_, i) => i + 1));
  });

  it("gives the user, with what was told of it, and never its password", async () => {
    const { token } = await client.anApplication();
    const reply = await ask("POST", `/${token}/register`, {
      username: "Ann",
      password,
      display_name: "Ann B.",
      user_number: 7,
    });
    expect([reply.status, reply.body]).toEqual([
      201,
      {
        user_number: 1,
        username: "Ann",
        display_name: "Ann B.",
        profile: { display_name: "Ann B." },
        created_at: expect.any(String),
        updated_at: expect.any(String),
      },
    ]);
    const stored = await house.world.db("users").where({ username: "Ann" }).first();
    expect(stored.password_hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  });
});

describe("logging in", () => {
  it("is 401 with the same text for a wrong password and for nobody's name", async () => {
    const { token, secret } = await client.anApplication();
    await people.register(token, "ann");
    await people.mint(token, secret, "without-password");
    const replies = [];
    for (const [username, given] of [
      ["ann", "not the password"],
      ["nobody", password],
      ["without-password", password],
      ["x y", password],
    ]) {
      replies.push(await ask("POST", `/${token}/login`, { username, password: given }));
    }
    for (const reply of replies) expectProblem(reply, { status: 401, slug: "login-failed" });
    const texts = replies.map(({ body }) => ({ ...(body as object), instance: "" }));
    expect(new Set(texts.map((text) => JSON.stringify(text))).size).toBe(1);
  });

  it("takes as long for nobody's name as for a wrong password", async () => {
    const { token } = await client.anApplication();
    await people.register(token, "ann");
    const median = async (name: (i: number) => string): Promise<number> => {
      const times = [];
      for (let i = 0; i < 5; i += 1) {
        const start = performance.now();
        await ask("POST", `/${token}/login`, { username: name(i), password: `wrong password ${i}` });
        times.push(performance.now() - start);
      }
      return times.toSorted((a, b) => a - b)[2] ?? 0;
    };
    const [known, unknown] = [await median(() => "ann"), await median((i) => `nobody${i}`)];
    // Without the hash, nobody's name would take a tenth.
    expect(unknown / known).toBeGreaterThan(0.4);
  });

  it("is 429 after some failures, with a delay that grows and ends", async () => {
    const { token } = await client.anApplication();
    await people.register(token, "ann");
    const attempt = (secret: string) => ask("POST", `/${token}/login`, { username: "ann", password: secret });
    const statuses = [];
    let last = await attempt("wrong password");
    while (last.status === 401 && statuses.length < 20) {
      statuses.push(last.status);
      last = await attempt("wrong password");
    }
    expect(statuses.length).toBeLessThan(10);
    expectProblem(last, { status: 429, slug: "too-many-requests" });
    // Also the right one has to wait, and is not locked out.
    expectProblem(await attempt(password), { status: 429 });
    const wait = Number(last.headers["retry-after"]);
    expect(wait).toBeGreaterThan(0);
    expect(wait).toBeLessThan(5);
    await new Promise((resolve) => setTimeout(resolve, wait * 1000 + 100));
    expect((await attempt(password)).status).toBe(200);
    expect((await attempt("wrong password")).status).toBe(401);
  });

  it("answers 1,000 tries with a few answers only", async () => {
    const { token } = await client.anApplication();
    await people.register(token, "ann");
    const statuses: number[] = [];
    for (let i = 0; i < 20; i += 1) {
      const some = Array.from({ length: 50 }, (_, j) =>
        ask("POST", `/${token}/login`, { username: "ann", password: `wrong password ${i}.${j}` }),
      );
      statuses.push(...(await Promise.all(some)).map(({ status }) => status));
    }
    expect(statuses.filter((status) => status === 401).length).toBeLessThan(60);
    expect(statuses.filter((status) => ![401, 429, 503].includes(status))).toEqual([]);
  });

  it("gives a token of 15 minutes for this application, and a refresh token", async () => {
    const { token } = await client.anApplication();
    await people.register(token, "Ann", { display_name: "Ann B." });
    const reply = await ask("POST", `/${token}/login`, { username: " ANN", password });
    expect([reply.status, reply.body]).toEqual([
      200,
      {
        access_token: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
        refresh_token: expect.stringMatching(/^\S{40,}$/),
        expires_in: 900,
        token_type: "Bearer",
        user: expect.objectContaining({ user_number: 1, username: "Ann" }),
      },
    ]);
    const { access_token } = reply.body as Tokens;
    const jwks = (await (await fetch(`${house.world.url}/.well-known/jwks.json`)).json()) as {
      keys: Record<string, string>[];
    };
    expect(jwks.keys.map((key) => Object.keys(key).toSorted())).toEqual([
      ["alg", "crv", "kid", "kty", "use", "x"],
    ]);
    expect(decodeProtectedHeader(access_token)).toEqual({
      alg: "EdDSA",
      typ: "at+jwt",
      kid: jwks.keys[0]?.["kid"],
    });
    const { iat = 0, exp = 0, ...claims } = decodeJwt(access_token);
    expect(exp - iat).toBe(900);
    expect(claims).toEqual({
      iss: "parley",
      aud: token,
      sub: "1",
      sid: expect.any(String),
      username: "Ann",
      display_name: "Ann B.",
    });
  });
});

describe("a session", () => {
  it("is renewed once by each refresh token; a used one ends it", async () => {
    const { token } = await client.anApplication();
    const ann = await people.register(token);
    const renew = (refresh_token: unknown) => ask("POST", `/${token}/token/renew`, { refresh_token });
    const second = (await renew(ann.refresh_token)).body as Tokens;
    expect(second.refresh_token).not.toBe(ann.refresh_token);
    const third = (await renew(second.refresh_token)).body as Tokens;
    expect((await ask("GET", `/${token}/users/me`, undefined, as(third))).status).toBe(200);

    expectProblem(await renew(ann.refresh_token), { status: 401, slug: "refresh-token-invalid" });
    expectProblem(await renew(third.refresh_token), { status: 401, slug: "refresh-token-invalid" });
    expectProblem(await ask("GET", `/${token}/users/me`, undefined, as(third)), {
      status: 401,
      slug: "access-token-invalid",
    });
  });

  it("is not ended by a refresh token that somebody has made up", async () => {
    const { token } = await client.anApplication();
    const ann = await people.register(token);
    const [id] = ann.refresh_token.split(".");
    for (const made of [`${id}.1.${"x".repeat(43)}`, `${id}.2.${"x".repeat(43)}`, "x", ""]) {
      const reply = await ask("POST", `/${token}/token/renew`, { refresh_token: made });
      expectProblem(reply, { status: 401, slug: "refresh-token-invalid" });
    }
    expect((await ask("POST", `/${token}/token/renew`, { refresh_token: ann.refresh_token })).status).toBe(
      200,
    );
  });

  it("is not renewed in another application", async () => {
    const [{ token }, other] = [await client.anApplication(), await client.anApplication()];
    const ann = await people.register(token);
    const reply = await ask("POST", `/${other.token}/token/renew`, { refresh_token: ann.refresh_token });
    expectProblem(reply, { status: 401, slug: "refresh-token-invalid" });
    expect((await ask("POST", `/${token}/token/renew`, { refresh_token: ann.refresh_token })).status).toBe(
      200,
    );
  });

  it.each(["the access token", "the refresh token"])("is ended by a logout with %s", async (what) => {
    const { token } = await client.anApplication();
    const ann = await people.register(token);
    const phone = await people.logIn(token, ann.username);
    const reply =
      what === "the access token"
        ? await ask("POST", `/${token}/logout`, undefined, as(ann))
        : await ask("POST", `/${token}/logout`, { refresh_token: ann.refresh_token });
    expect(reply.status).toBe(204);
    expectProblem(await ask("GET", `/${token}/users/me`, undefined, as(ann)), { status: 401 });
    expectProblem(await ask("POST", `/${token}/token/renew`, { refresh_token: ann.refresh_token }), {
      status: 401,
    });
    expect((await ask("GET", `/${token}/users/me`, undefined, as(phone))).status).toBe(200);
  });

  it("is listed with its device to its own user, who may end it", async () => {
    const { token } = await client.anApplication();
    const [ann, ben] = [await people.register(token), await people.register(token)];
    const phone = await people.logIn(token, ann.username);
    const listed = (await ask("GET", `/${token}/sessions`, undefined, as(phone))).body as Record<
      string,
      unknown
    >[];
    expect(listed).toHaveLength(2);
    const other = listed.find((one) => one["current"] === undefined);
    expect(other).toMatchObject({
      session_id: expect.any(String),
      address: "127.0.0.1",
      created_at: expect.any(String),
    });
    const path = `/${token}/sessions/${String(other?.["session_id"])}`;
    expectProblem(await ask("DELETE", path, undefined, as(ben)), { status: 404, slug: "session-not-found" });
    expectProblem(await ask("DELETE", path), { status: 401, slug: "credential-missing" });
    expect((await ask("DELETE", path, undefined, as(phone))).status).toBe(204);
    expectProblem(await ask("GET", `/${token}/users/me`, undefined, as(ann)), { status: 401 });
  });

  it("ends with all others when the password is changed, which takes the old one", async () => {
    const { token, secret } = await client.anApplication();
    const ann = await people.register(token);
    const change = (body: object, headers = as(ann)) => ask("PATCH", `/${token}/users/me`, body, headers);
    expectProblem(await change({ password: "a new password" }), { status: 422, pointer: "/old_password" });
    expectProblem(await change({ password: "a new password", old_password: "not it at all" }), {
      status: 403,
    });
    expectProblem(await change({ password: "short", old_password: password }), {
      status: 422,
      pointer: "/password",
    });
    expect((await change({ password: "a new password", old_password: password })).status).toBe(200);
    expectProblem(await ask("GET", `/${token}/users/me`, undefined, as(ann)), { status: 401 });
    expectProblem(await ask("POST", `/${token}/login`, { username: ann.username, password }), {
      status: 401,
    });
    await people.logIn(token, ann.username, "a new password");
    const reset = await ask(
      "PATCH",
      `/${token}/users/${ann.number}`,
      { password: "set by the server" },
      bearer(secret),
    );
    expect(reset.status).toBe(200);
    await people.logIn(token, ann.username, "set by the server");
  });

  it("of a user of the application's own login is made by its secret", async () => {
    const { token, secret } = await client.anApplication();
    const other = await client.anApplication();
    for (const [headers, status] of [
      [{}, 401],
      [bearer(other.secret), 403],
    ] as const) {
      expectProblem(await ask("POST", `/${token}/users`, { username: "ann" }, headers), { status });
    }
    const ann = await people.mint(token, secret, "ann", { display_name: "Ann" });
    expectProblem(await ask("POST", `/${token}/users/${ann.number}/token`, undefined, as(ann)), {
      status: 403,
    });
    expectProblem(await ask("POST", `/${token}/users/2/token`, undefined, bearer(secret)), {
      status: 404,
      slug: "user-not-found",
    });
    expect((await ask("GET", `/${token}/users/me`, undefined, as(ann))).body).toMatchObject({
      user_number: 1,
    });
  });
});

describe("while many log in", () => {
  it("refuses what would wait long, and answers others", async () => {
    const { token } = await client.anApplication();
    const logins = Array.from({ length: 200 }, (_, i) =>
      ask("POST", `/${token}/login`, { username: `nobody${i}`, password }),
    );
    const chat = await client.aChat(token);
    expect((await client.send(token, chat, "hello")).status).toBe(201);
    const statuses = (await Promise.all(logins)).map(({ status }) => status);
    expect(statuses.filter((status) => ![401, 429, 503].includes(status))).toEqual([]);
    expect(statuses).toContain(503);
  });
});
