/** Parley on a public address: what spans applications needs the operator key. */
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { bearer, createAsk, type Ask } from "../support/ask.ts";
import { expectProblem } from "../support/problems.ts";
import { startWorld, type World } from "../support/world.ts";

const operatorKey = "an-operator-key-of-more-than-32-characters";
const body = { application_name: "Public" };

let world: World;
let ask: Ask;
beforeAll(async () => {
  world = await startWorld({
    withSearch: false,
    env: { PARLEY_BIND: "0.0.0.0", OPERATOR_KEY: operatorKey },
  });
  ask = createAsk(world.url);
});
afterAll(() => world.stop());

async function anApplication(): Promise<{ token: string; secret: string }> {
  const created = (await ask("POST", "", body, bearer(operatorKey))).body as Record<string, string>;
  return { token: created["application_token"] ?? "", secret: created["application_secret"] ?? "" };
}

describe("on a public address", () => {
  it.each([
    ["listing", "GET", undefined],
    ["creating", "POST", body],
  ] as const)(
    "%s applications is 401 without a credential and 403 with a wrong one",
    async (_, method, sent) => {
      const { token, secret } = await anApplication();
      expectProblem(await ask(method, "", sent), { status: 401, slug: "credential-missing" });
      for (const wrong of [token, secret, operatorKey.slice(1), `${operatorKey}x`]) {
        const reply = await ask(method, "", sent, bearer(wrong));
        expectProblem(reply, { status: 403, slug: "credential-wrong" });
        expect(reply.text).not.toContain(operatorKey);
      }
    },
  );

  it("creates nothing where it refuses", async () => {
    const { body: before } = await ask("GET", "?limit=200", undefined, bearer(operatorKey));
    await ask("POST", "", body);
    await ask("POST", "", body, bearer("wrong"));
    const { body: after } = await ask("GET", "?limit=200", undefined, bearer(operatorKey));
    expect(after).toEqual(before);
  });

  it("is not opened by headers that claim to come from this machine", async () => {
    for (const header of ["X-Forwarded-For", "X-Real-IP", "X-Forwarded-Host", "Forwarded"]) {
      expectProblem(await ask("GET", "", undefined, { [header]: "127.0.0.1" }), { status: 401 });
    }
  });

  it("lists and creates with the operator key", async () => {
    const { status, body: created } = await ask("POST", "", body, bearer(operatorKey));
    expect([status, created]).toMatchObject([201, { type: "application", application_name: "Public" }]);
    const { application_token } = created as { application_token: string };
    const { body: list } = await ask("GET", "?limit=200", undefined, bearer(operatorKey));
    expect(list).toContainEqual(expect.objectContaining({ application_token, application_name: "Public" }));
  });

  it("leaves an application to whoever has its token", async () => {
    const { token } = await anApplication();
    expect((await ask("GET", `/${token}`)).status).toBe(200);
    expect((await ask("POST", `/${token}/chats`, {})).body).toMatchObject({ chat_number: 1 });
    expect((await ask("POST", `/${token}/chats/1`, { message_content: "x" })).body).toMatchObject({
      message_number: 1,
    });
    expect((await ask("GET", `/${token}/chats/1/messages`)).body).toMatchObject([{ message_content: "x" }]);
  });

  it("lets everybody create where OPEN_APPLICATIONS says so, but not list", async () => {
    const open = { OPEN_APPLICATIONS: "true" };
    const [create, read] = await Promise.all([
      world.startCreate(undefined, open),
      world.startRead(undefined, open),
    ]);
    try {
      await world.ready();
      const { status, body: created } = await createAsk(create.url)("POST", "", body);
      expect([status, created]).toMatchObject([201, { application_name: "Public" }]);
      expectProblem(await createAsk(read.url)("GET", ""), { status: 401, slug: "credential-missing" });
    } finally {
      await Promise.all([create.stop(), read.stop()]);
    }
  });
});

describe("a service on a public address", () => {
  it.each(["0.0.0.0", "192.0.2.1", "::", "parley.example"])(
    "does not start without an operator key when bound to %s",
    async (PARLEY_BIND) => {
      const env = { PARLEY_BIND, OPERATOR_KEY: "" };
      await expect(world.startCreate(undefined, env)).rejects.toThrow();
    },
  );

  it("does not start with an operator key of less than 32 characters", async () => {
    await expect(world.startRead(undefined, { OPERATOR_KEY: "short" })).rejects.toThrow();
  });
});

describe("on a loopback address", () => {
  let local: World;
  beforeAll(async () => {
    local = await startWorld({ withSearch: false, env: { OPERATOR_KEY: operatorKey } });
  });
  afterAll(() => local.stop());

  it("everybody is the operator who asks for it by such an address, and by a name only with the key", async () => {
    const askLocal = createAsk(local.url);
    expect(await askLocal("GET", "")).toMatchObject({ status: 200 });
    for (const host of ["chat.example.com", "127.0.0.1.example.com", "192.168.0.7"]) {
      const named = { Host: host, "X-Forwarded-Host": "127.0.0.1" };
      expectProblem(await askLocal("GET", "", undefined, named), { status: 401, slug: "credential-missing" });
      expectProblem(await askLocal("POST", "", body, named), { status: 401, slug: "credential-missing" });
      const known = { ...named, ...bearer(operatorKey) };
      expect(await askLocal("POST", "", body, known)).toMatchObject({ status: 201 });
    }
  });
});
