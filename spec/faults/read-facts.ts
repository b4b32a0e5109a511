/** Reads everything three ways: by API pages, MySQL and Elasticsearch. */
import { Client } from "@elastic/elasticsearch";
import { Redis } from "ioredis";
import { createClient } from "../support/client.ts";
import { waitUntil } from "../support/wait-until.ts";
import type { World } from "../support/world.ts";
import type { Count, Facts, Indexed, Listed, Row } from "./facts.ts";
import { hashOf, keyOf, type Event } from "./history.ts";

const copiesMs = 60_000;

const toRow = (parent: string, text: string | null, row: Record<string, unknown>): Row => ({
  parent,
  number: Number(row["number"] ?? 0),
  uid: String(row["uid"]),
  key: keyOf(text ?? ""),
  hash: hashOf(text ?? ""),
  state: row["state"] as Row["state"],
  changeNumber: Number(row["change_number"] ?? 0),
});

type Chat = { id: number; token: string; number: number; uid: string; name: string | null; state: string };

async function readRows({ db }: World): Promise<{ rows: Row[]; chats: Map<number, string> }> {
  const applications: Record<string, unknown>[] = await db("applications").select("token", "name", "state");
  const chats: Chat[] = await db("chats as c")
    .join("applications as a", "a.id", "c.application_id")
    .where("c.kind", "chat")
    .select("c.id", "a.token", "c.number", "c.uid", "c.name", "c.state");
  const parents = new Map(chats.map(({ id, token, number }) => [id, `${token}:${number}`]));
  const messages: Record<string, unknown>[] = await db("messages").select(
    "chat_id",
    "number",
    "uid",
    "content",
    "state",
    "change_number",
  );
  const rows = [
    ...applications.map((row) => toRow("applications", String(row["name"]), { ...row, uid: row["token"] })),
    ...chats.map(({ token, name, ...row }) => toRow(token, name, row)),
    ...messages.map((row) => toRow(parents.get(Number(row["chat_id"])) ?? "", String(row["content"]), row)),
  ];
  return { rows, chats: parents };
}

async function readLists(url: string, rows: readonly Row[]): Promise<Listed[]> {
  const client = createClient(url);
  const listed: Listed[] = [];
  const read = async (parent: string, path: string, field: string): Promise<void> => {
    for (const one of await client.listAll(`${path}?limit=200`)) {
      const text = one[field];
      const number = Number(one[field.replace(/name|content/, "number")] ?? 0);
      listed.push({ parent, number, hash: hashOf(typeof text === "string" ? text : "") });
    }
  };
  await read("applications", "", "application_name");
  for (const { parent, uid, number, state } of rows) {
    if (state !== "live") continue;
    if (parent === "applications") await read(uid, `/${uid}/chats`, "chat_name");
    else if (!parent.includes(":")) {
      await read(`${parent}:${number}`, `/${parent}/chats/${number}/messages`, "message_content");
    }
  }
  return listed;
}

/** Documents of messages with their versions, which are change numbers. */
async function readIndex(world: World, chats: ReadonlyMap<number, string>): Promise<Indexed[] | undefined> {
  const { elasticsearch: node } = world.stores.urls;
  if (!node) return undefined;
  const client = new Client({ node });
  const index = world.searchIndex;
  const indexed: Indexed[] = [];
  try {
    await client.indices.refresh({ index });
    let after: (string | number)[] | undefined;
    for (;;) {
      const reply = await client.search({
        index,
        size: 10_000,
        query: { exists: { field: "number" } },
        version: true,
        docvalue_fields: ["chat", "number"],
        sort: [{ chat: "asc" }, { number: "asc" }],
        ...(after && { search_after: after }),
      });
      for (const { fields, _version: version = 0 } of reply.hits.hits) {
        const { chat, number } = fields as { chat: [number]; number: [number] };
        indexed.push({ parent: chats.get(chat[0]) ?? `chat ${chat[0]}`, number: number[0], version });
      }
      const last = reply.hits.hits.at(-1);
      if (!last?.sort) return indexed;
      after = last.sort as (string | number)[];
    }
  } finally {
    await client.close();
  }
}

/** Kept counts, what waits for the next flush in Redis, and what there is. */
async function readCounts({ db, stores }: World): Promise<Count[]> {
  const redis = new Redis(stores.urls.redis);
  try {
    const waiting = new Map<string, number>();
    for (const shard of [0, 1, 2, 3]) {
      for (const name of ["counts:chats", "counts:messages", "flushing:chats", "flushing:messages"]) {
        for (const [parent, n] of Object.entries(await redis.hgetall(`{s${shard}}:${name}`))) {
          waiting.set(parent, (waiting.get(parent) ?? 0) + Number(n));
        }
      }
    }
    const shown = ["live", "edited"];
    const chats: { parent: string; kept: number; real: number }[] = await db("chats as c")
      .join("applications as a", "a.id", "c.application_id")
      .where("c.kind", "chat")
      .select(
        db.raw("CONCAT(a.token, ':', c.number) AS parent"),
        "c.messages_count as kept",
        db("messages as m").whereRaw("m.chat_id = c.id").whereIn("m.state", shown).count("*").as("real"),
      );
    const applications: typeof chats = await db("applications as a").select(
      "a.token as parent",
      "a.chats_count as kept",
      db("chats as c")
        .whereRaw("c.application_id = a.id")
        .where({ "c.state": "live", "c.kind": "chat" })
        .count("*")
        .as("real"),
    );
    return [...chats, ...applications].map(({ parent, kept, real }) => ({
      parent,
      kept: Number(kept),
      waiting: waiting.get(parent) ?? 0,
      real: Number(real),
    }));
  } finally {
    redis.disconnect();
  }
}

/**
 * The index and a flush under way follow a little later: they are read again until they agree, or time is up.
 * @param withCounts whether the counts are expected to agree
 */
export async function readFacts(world: World, events: readonly Event[]): Promise<Facts> {
  const { rows, chats } = await readRows(world);
  const [{ n: conflicts } = { n: 0 }]: { n: number }[] = await world.db("seq_conflicts").count({ n: "*" });
  const listed = await readLists(world.url, rows);
  const facts = async (): Promise<Facts> => ({
    events,
    rows,
    listed,
    indexed: await readIndex(world, chats),
    counts: await readCounts(world),
    conflicts,
  });
  const agree = async (): Promise<boolean> => {
    const { counts, indexed } = await facts();
    const messages = rows.filter(({ parent }) => parent.includes(":")).length;
    const sum = rows.reduce((all, { changeNumber }) => all + changeNumber, 0);
    const versions = indexed?.reduce((all, { version }) => all + version, 0);
    const isIndexed = indexed === undefined || (indexed.length === messages && versions === sum);
    const isCounted = counts.every(({ kept, waiting, real }) => kept + waiting === real);
    return isIndexed && isCounted;
  };
  await waitUntil(agree, copiesMs).catch(() => undefined);
  return facts();
}
