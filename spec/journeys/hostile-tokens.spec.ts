/** Access tokens that nobody was given: each is 401, whatever is wrong with it, and changes nothing. */
import { createHmac } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "@jest/globals";
import { generateKeyPair, type JWK } from "jose";
import { addAccessKey } from "../../services/account-service/src/access-keys.ts";
import { forge, type Forged } from "../support/access-tokens.ts";
import { bearer } from "../support/ask.ts";
import { startHouse } from "../support/house.ts";
import { as, type Person } from "../support/people.ts";
import { expectProblem } from "../support/problems.ts";
import { waitUntil } from "../support/wait-until.ts";

const house = startHouse({ withSearch: false });
const { ask, client, people } = house;
let token: string;
let secret: string;
let ann: Person;
beforeAll(async () => {
  ({ token, secret } = await client.anApplication());
  await client.aChat(token);
  await client.send(token, 1, "hello");
  ann = await people.mint(token, secret);
});

/** In each service. */
async function expectRefused(accessToken: string): Promise<void> {
  for (const [method, path, body] of [
    ["POST", `/${token}/chats/1/messages`, { message_content: "forged" }],
    ["GET", `/${token}/chats/1/messages`, undefined],
    ["GET", `/${token}/users/me`, undefined],
  ] as const) {
    const reply = await ask(method, path, body, bearer(accessToken));
    expectProblem(reply, { status: 401, slug: "access-token-invalid" });
  }
}
const now = Math.floor(Date.now() / 1000);

describe("a forged token", () => {
  it.each<[string, Forged]>([
    ["expired", { claims: { exp: now - 60 } }],
    ["not valid yet", { claims: { nbf: now + 600 } }],
    ["without an end", { claims: { exp: undefined } }],
    ["of another issuer", { claims: { iss: "somebody" } }],
    ["for no application", { claims: { aud: undefined } }],
    ["for another application", { claims: { aud: "00000000-0000-4000-8000-000000000000" } }],
    ["for several applications but this", { claims: { aud: ["a", "b"] } }],
    ["without a user", { claims: { sub: undefined } }],
    ["of a user 0", { claims: { sub: "0" } }],
    ["of a user that is no number", { claims: { sub: "1 OR 1=1" } }],
    ["of a user that there is not", { claims: { sub: "999" } }],
    ["without a session", { claims: { sid: undefined } }],
    ["of a session that there is not", { claims: { sid: "6f9619ff-8b86-4011-b42d-00c04fc964ff" } }],
    ["of another type", { header: { typ: "JWT" } }],
    ["without a type", { header: { typ: undefined } }],
    ["with a path for a key", { header: { kid: "../../etc/passwd" } }],
    ["with SQL for a key", { header: { kid: "' OR 1=1 --" } }],
    ["with an unknown key", { header: { kid: "6f9619ff-8b86-4011-b42d-00c04fc964ff" } }],
  ])("is refused: %s", async (_, forged) => {
    await expectRefused(await forge(house.world.accessKeysFile, ann.access_token, forged));
  });

  it("is refused when another environment's key has signed it", async () => {
    const { privateKey } = await generateKeyPair("EdDSA", { extractable: true });
    await expectRefused(await forge(house.world.accessKeysFile, ann.access_token, { key: privateKey }));
  });

  it("is refused when the public key was taken for a secret, or none was used", async () => {
    const [, claims = ""] = ann.access_token.split(".");
    const [key] = (
      JSON.parse(readFileSync(house.world.accessKeysFile, "utf8")) as { keys: [JWK & { kid: string }] }
    ).keys;
    const encode = (header: object) =>
      Buffer.from(JSON.stringify({ typ: "at+jwt", kid: key.kid, ...header })).toString("base64url");
    const hs256 = `${encode({ alg: "HS256" })}.${claims}`;
    for (const shared of [key.x ?? "", JSON.stringify(key), Buffer.from(key.x ?? "", "base64url")]) {
      await expectRefused(`${hs256}.${createHmac("sha256", shared).update(hs256).digest("base64url")}`);
    }
    for (const alg of ["none", "None", "NONE", "nOnE"]) await expectRefused(`${encode({ alg })}.${claims}.`);
  });

  it("is refused when it is large", async () => {
    const large = await forge(house.world.accessKeysFile, ann.access_token, {
      claims: { padding: "x".repeat(4000) },
    });
    await expectRefused(large);
  });

  it("while the good one is taken", async () => {
    const good = await forge(house.world.accessKeysFile, ann.access_token, {});
    expect(
      (await ask("POST", `/${token}/chats/1/messages`, { message_content: "x" }, bearer(good))).status,
    ).toBe(201);
    expect((await ask("GET", `/${token}/users/me`, undefined, as(ann))).status).toBe(200);
  });
});

describe("a new key", () => {
  it("signs from the rotation on, is known everywhere, and leaves former tokens good", async () => {
    const before = await people.mint(token, secret);
    writeFileSync(house.world.accessKeysFile, addAccessKey(readFileSync(house.world.accessKeysFile, "utf8")));
    const kidOf = (accessToken: string) =>
      (JSON.parse(Buffer.from(accessToken.split(".")[0] ?? "", "base64url").toString()) as { kid: string })
        .kid;
    let after = await people.mint(token, secret);
    await waitUntil(async () => {
      after = await people.mint(token, secret);
      return kidOf(after.access_token) !== kidOf(before.access_token);
    });
    for (const person of [before, after]) {
      const sent = await ask("POST", `/${token}/chats/1/messages`, { message_content: "x" }, as(person));
      expect([sent.status, (sent.body as { sender: object }).sender]).toEqual([
        201,
        { user_number: person.number, username: person.username },
      ]);
      expect((await ask("GET", `/${token}/chats/1`, undefined, as(person))).status).toBe(200);
    }
  });
});
