/** Search is the same before all is indexed, with the index, and after the index was lost. */
import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { createClient, type Client, type Reply } from "../support/client.ts";
import { waitUntil } from "../support/wait-until.ts";
import { deleteIndexes, startWorld, type World } from "../support/world.ts";
import { upTo } from "../support/writers.ts";

const total = 2300;
const atOnce = 50;
/** The index stands behind everything else when the machine is busy; what is asked here is what it finds, not when. */
const indexedMs = 90_000;

/** A chat whose every tenth message has the needle, some of them edited or deleted; gives the numbers to be found. */
async function aChatWithNeedles(client: Client): Promise<{ path: string; expected: number[] }> {
  const { token } = await client.anApplication();
  const chat = await client.aChat(token);
  const path = `/${token}/chats/${chat}`;
  const contents = upTo(total).map((i) => (i % 10 === 0 ? `a Nädelchen ${i}` : `hay ${i}`));
  const sent: Reply[] = [];
  while (contents.length > 0) {
    const part = contents.splice(0, atOnce);
    sent.push(...(await Promise.all(part.map((content) => client.send(token, chat, content)))));
  }
  expect(sent.filter(({ status }) => status !== 201)).toEqual([]);
  const found = sent.flatMap(({ body }) =>
    String(body["message_content"]).includes("Nädel") ? [Number(body["message_number"])] : [],
  );
  const [edited, deleted, ...rest] = found.sort((a, b) => a - b) as [number, number, ...number[]];
  const other =
    sent.map(({ body }) => Number(body["message_number"])).find((number) => !found.includes(number)) ?? 0;
  await client.call("PUT", `${path}/messages/${edited}`, { message_content: "no more" });
  await client.call("DELETE", `${path}/messages/${deleted}`);
  await client.call("PATCH", `${path}/messages/${other}`, { message_content: "one more NÄDEL" });
  return { path, expected: [...rest, other].sort((a, b) => a - b) };
}

async function search(client: Client, path: string, more = ""): Promise<number[]> {
  const hits = await client.listAll(`${path}/search?q=nadel&limit=50${more}`);
  return hits.map(({ number }) => Number(number));
}

let world: World;
let client: Client;
beforeAll(async () => {
  world = await startWorld();
  client = createClient(world.url);
});
afterAll(() => world.stop());

it("finds everything at once, once it is indexed, and while a lost index is filled again", async () => {
  const { path, expected } = await aChatWithNeedles(client);
  expect(await search(client, path)).toEqual(expected);
  await world.drained();
  expect(await search(client, path, "&order=desc")).toEqual([...expected].reverse());
  const { ELASTICSEARCH_URL: url } = world.env;
  if (url === undefined) return;
  const index = world.searchIndex;

  const documents = async (): Promise<number> => {
    const reply = await fetch(`${url}/${index}/_count?q=number:*`);
    return ((await reply.json()) as { count?: number }).count ?? 0;
  };
  await waitUntil(async () => (await documents()) === total, indexedMs);
  expect(await search(client, path)).toEqual(expected);

  await deleteIndexes(url, `${index}-*`);
  expect(await search(client, path)).toEqual(expected);
  await client.call("POST", path, { message_content: "wakes the indexer" });
  await waitUntil(async () => (await documents()) === total + 1, indexedMs);
  expect(await search(client, path)).toEqual(expected);
}, 240_000);
