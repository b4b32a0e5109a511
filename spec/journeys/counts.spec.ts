/** The cron job really runs: counts reach single and list replies within 70 seconds. */
import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { createClient, type Client } from "../support/client.ts";
import { waitUntil } from "../support/wait-until.ts";
import { startWorld, type World } from "../support/world.ts";
import { upTo } from "../support/writers.ts";

let world: World;
let client: Client;
beforeAll(async () => {
  world = await startWorld({ withSearch: false });
  client = createClient(world.url);
});
afterAll(() => world.stop());

it("shows what was sent, less what was deleted, within 70 seconds", async () => {
  const { token, secret } = await client.anApplication();
  for (const name of ["kept", "deleted"]) await client.aChat(token, name);
  await Promise.all(upTo(5).map((i) => client.send(token, 1, `message ${i}`)));
  await client.call("DELETE", `/${token}/chats/1/messages/2`);
  await client.call("DELETE", `/${token}/chats/2`, undefined, { Authorization: `Bearer ${secret}` });
  expect((await client.call("GET", `/${token}/chats/1`)).body["messages_count"]).toBeGreaterThanOrEqual(0);

  const chat = await waitUntil(async () => {
    const { body } = await client.call("GET", `/${token}/chats/1`);
    return body["messages_count"] === 4 && body;
  }, 75_000);
  expect(await client.listAll(`/${token}/chats`)).toEqual([chat]);
  expect((await client.call("GET", `/${token}`)).body["chats_count"]).toBe(1);
  const listed = await client.listAll("?limit=200");
  expect(listed.find((one) => one["application_token"] === token)).toMatchObject({ chats_count: 1 });
}, 90_000);
