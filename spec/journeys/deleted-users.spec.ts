/** What is left of a user who was deleted: numbers and tombstones, or texts without a name; and all that others have written. */
import { describe, expect, it } from "@jest/globals";
import { createLogger } from "@parley/common/log";
import { purgeDeleted } from "../../services/read-service/src/jobs/purge-deleted.ts";
import { as, type Person } from "../support/people.ts";
import { startHouse } from "../support/house.ts";
import { expectProblem } from "../support/problems.ts";
import { createSearches } from "../support/searches.ts";
import { waitUntil } from "../support/wait-until.ts";

const house = startHouse();
const { ask, client, people } = house;

const say = (message_content: string) => ({ message_content });

/** Ann and Ben have written in an open chat, in one of Ann's, and to each other. */
async function written() {
  const { token, secret } = await client.anApplication();
  const [ann, ben] = [await people.mint(token, secret, "ann"), await people.mint(token, secret, "ben")];
  const open = `/${token}/chats/${await client.aChat(token)}/messages`;
  await people.must(201, "POST", `/${token}/chats`, { private: true }, as(ann));
  await people.must(200, "PUT", `/${token}/chats/2/members/2`, undefined, as(ann));
  const own = `/${token}/chats/2/messages`;
  const send = (path: string, who: Person, content: string) =>
    people.must(201, "POST", path, say(content), as(who));
  for (const path of [open, own]) {
    await send(path, ann, "words of Ann");
    await send(path, ben, "words of Ben");
  }
  await send(`/${token}/users/2/messages`, ann, "words of Ann");
  await send(`/${token}/users/1/messages`, ben, "words of Ben");
  await createSearches({ world: house.world, ask, client }).indexed();
  return { token, ann, ben, open, own, direct: `/${token}/users/1/messages` };
}

describe("deleting a user", () => {
  it("deletes what it has written, and nothing else", async () => {
    const { token, ann, ben, open, own, direct } = await written();
    const found = async () =>
      (await ask("GET", `/${token}/search?q=words`, undefined, as(ben))).body as object[];
    expect(await found()).toHaveLength(4);
    expect((await ask("DELETE", `/${token}/users/me`, undefined, as(ann))).status).toBe(204);
    for (const path of [open, own, direct]) {
      await waitUntil(async () => (await ask("GET", `${path}/1`, undefined, as(ben))).status === 410, 40_000);
      expect((await ask("GET", path, undefined, as(ben))).body).toMatchObject([
        { message_number: 2, message_content: "words of Ben" },
      ]);
    }
    expect(await found()).toMatchObject([{ number: 2 }, { number: 2 }]);
    await createSearches({ world: house.world, ask, client }).indexed();
    expect(await found()).toHaveLength(2);
    const stored = await house.world
      .db("messages")
      .whereIn("sender_id", house.world.db("users").select("id").where({ number: 1, state: "deleted" }));
    expect(stored.map(({ content }) => content as string)).toEqual(["", "", ""]);
    // Somebody has to be able to manage the chat.
    expect((await ask("GET", `/${token}/chats/2/members`, undefined, as(ben))).body).toMatchObject([
      { user_number: 2, role: "owner" },
    ]);
    expectProblem(await ask("GET", `/${token}/users/1`), { status: 410, slug: "user-deleted" });
  }, 90_000);

  it("keeps its texts under no name when asked to", async () => {
    const { token, ann, ben, open } = await written();
    expect((await ask("DELETE", `/${token}/users/me?messages=keep`, undefined, as(ann))).status).toBe(204);
    await waitUntil(
      async () =>
        (await house.world.db("users").where({ state: "deleted", keeps_messages: 1 }).first()) === undefined,
      40_000,
    );
    expect((await ask("GET", open, undefined, as(ben))).body).toMatchObject([
      { message_content: "words of Ann", sender: { user_number: 1, display_name: "deleted user" } },
      { message_content: "words of Ben", sender: { user_number: 2, username: "ben" } },
    ]);
    expect(JSON.stringify((await ask("GET", open, undefined, as(ben))).body)).not.toMatch(/"ann"/);
  }, 90_000);
});

describe("deleting an application", () => {
  it("forgets its users", async () => {
    const { token, secret } = await client.anApplication();
    await people.register(token, "ann", { display_name: "Ann" });
    await client.call("DELETE", `/${token}`, undefined, { Authorization: `Bearer ${secret}` });
    expectProblem(await ask("GET", `/${token}/users/1`), { status: 410, slug: "application-deleted" });
    const { id } = await house.world.db("applications").where({ token }).first("id");
    await purgeDeleted({ db: house.world.db, search: undefined, log: createLogger("spec", "silent") });
    const [user] = await house.world.db("users").where({ application_id: id });
    expect(user).toMatchObject({ number: 1, username: null, username_key: null, password_hash: null });
    expect(await house.world.db("sessions").where({ user_id: user.id })).toEqual([]);
    expect(await house.world.db("profiles").where({ user_id: user.id })).toEqual([]);
  });
});
