/** Counting what is shown under a parent, to hold the counts that are kept in its row against. */
import type { Knex } from "knex";
import { listChatsByKey, numberOfChat } from "./chats.ts";
import { listMessageUids } from "./messages.ts";

const numbersAtOnce = 500;

/** An application, whose chats are counted, or a chat, whose messages are. `key` is the ledger's name for it. */
export type Counted = { kind: "chats" | "messages"; id: number; key: string; token: string };

/** Live applications, in order of id. */
export async function listCountedApplications(
  db: Knex,
  { after, limit }: { after: number; limit: number },
): Promise<Counted[]> {
  const rows: { id: number; token: string }[] = await db("applications")
    .select("id", "token")
    .where("id", ">", after)
    .where({ state: "live" })
    .orderBy("id")
    .limit(limit);
  return rows.map(({ id, token }) => ({ kind: "chats", id, key: token, token }));
}

/** Live chats of live applications, in order of id. */
export async function listCountedChats(
  db: Knex,
  { after, limit }: { after: number; limit: number },
): Promise<Counted[]> {
  const rows: { id: number; token: string; number: number }[] = await db("chats as c")
    .join("applications as a", "a.id", "c.application_id")
    .select("c.id", "a.token", db.raw(`${numberOfChat} AS number`))
    .where("c.id", ">", after)
    .where({ "c.state": "live", "a.state": "live" })
    .orderBy("c.id")
    .limit(limit);
  return rows.map(({ id, token, number }) => ({ kind: "messages", id, key: `${token}:${number}`, token }));
}

/**
 * The count in the parent's row, which is locked when asked for: then nothing is added to it, to the rows under it, or
 * taken from them until the transaction ends. Undefined when the parent is not live any more.
 */
export async function readCount(
  db: Knex,
  { kind, id }: Counted,
  { lock }: { lock: boolean },
): Promise<number | undefined> {
  const table = kind === "chats" ? "applications" : "chats";
  const query = db(table).where({ id, state: "live" }).first(`${kind}_count as count`);
  const row = (await (lock ? query.forUpdate() : query)) as { count: number } | undefined;
  return row?.count;
}

export async function countShown(db: Knex, { kind, id }: Counted): Promise<number> {
  const query =
    kind === "chats"
      ? db("chats").where({ application_id: id, kind: "chat", state: "live" })
      : db("messages").where({ chat_id: id }).whereIn("state", ["live", "edited"]);
  const [row] = await query.count({ count: "*" });
  return Number(row?.["count"] ?? 0);
}

/** Those records under the parent that are stored: number, uid and state. */
export async function listStoredChildren(
  db: Knex,
  { kind, id }: Counted,
  numbers: readonly number[],
): Promise<{ number: number; uid: string; state: string }[]> {
  const found = [];
  for (let i = 0; i < numbers.length; i += numbersAtOnce) {
    const part = numbers.slice(i, i + numbersAtOnce);
    const keys = part.map((number) => ({ chatId: id, applicationId: id, number }));
    const rows =
      kind === "messages" ? await listMessageUids(db, keys) : await listChatsByKey(db, keys, { lock: false });
    found.push(...rows);
  }
  return found;
}

export async function writeCount(trx: Knex.Transaction, { kind, id }: Counted, count: number): Promise<void> {
  await trx(kind === "chats" ? "applications" : "chats")
    .where({ id })
    .update({ [`${kind}_count`]: count });
}

/** How many live applications and chats there are to be looked through. */
export async function countParents(db: Knex): Promise<{ applications: number; chats: number }> {
  const [applications] = await db("applications").where({ state: "live" }).count({ total: "*" });
  const [chats] = await db("chats as c")
    .join("applications as a", "a.id", "c.application_id")
    .where({ "c.state": "live", "a.state": "live" })
    .count({ total: "*" });
  return { applications: Number(applications?.["total"] ?? 0), chats: Number(chats?.["total"] ?? 0) };
}
