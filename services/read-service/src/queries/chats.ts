/** Chats in MySQL. */
import type { NumberPage } from "@parley/common/paging";
import type { ChatRecord } from "@parley/common/records";
import type { Knex } from "knex";
import { selectRows } from "@parley/common/db";
import type { ApplicationState } from "./applications.ts";

export type Chat = {
  number: number;
  name?: string;
  messagesCount: number;
  version: number;
  createdAt: Date;
  updatedAt: Date;
};
export type ChatState = "live" | "deleted" | "purged" | "void" | "parked";
export type StoredChat = Chat & {
  id: number;
  applicationId: number;
  uid: string;
  lastChange: number;
  state: ChatState;
};
/** What a path to a chat meets: `chat` is missing when there is no such number. */
export type ChatPath = { applicationId: number; applicationState: ApplicationState; chat?: StoredChat };

type Row = {
  id: number;
  application_id: number;
  number: number;
  name: string | null;
  messages_count: number;
  last_change: number;
  version: number;
  state: ChatState;
  created_at: Date;
  updated_at: Date;
  uid: string;
};

function toChat(row: Row): StoredChat {
  return {
    id: row.id,
    applicationId: row.application_id,
    uid: row.uid,
    number: row.number,
    ...(row.name === null ? {} : { name: row.name }),
    messagesCount: Math.max(row.messages_count, 0),
    lastChange: row.last_change,
    version: row.version,
    state: row.state,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

/** An accepted chat as it will be in MySQL. */
export function chatOf({ number, name, createdAt }: ChatRecord): Chat {
  const at = new Date(createdAt);
  return {
    number,
    ...(name === undefined ? {} : { name }),
    messagesCount: 0,
    version: 0,
    createdAt: at,
    updatedAt: at,
  };
}

/** Undefined when the application is not in MySQL. */
export async function findChatPath(db: Knex, token: string, number: number): Promise<ChatPath | undefined> {
  type Joined = Row & { a_id: number; a_state: ApplicationState };
  const [row] = await selectRows<Joined>(
    db,
    `SELECT a.id AS a_id, a.state AS a_state, c.* FROM applications a
     LEFT JOIN chats c ON c.application_id = a.id AND c.kind = 'chat' AND c.number = ? WHERE a.token = ?`,
    [number, token],
  );
  if (!row) return undefined;
  const path = { applicationId: row.a_id, applicationState: row.a_state };
  return row.id === null ? path : { ...path, chat: toChat(row) };
}

/** Locks the row until the transaction ends: whoever gives out its change numbers holds it. */
export async function lockChat(trx: Knex.Transaction, id: number): Promise<StoredChat | undefined> {
  const row = await trx<Row>("chats").where({ id }).forUpdate().first();
  return row ? toChat(row) : undefined;
}

/** Live chats of an application. */
export async function listChats(db: Knex, applicationId: number, page: NumberPage): Promise<Chat[]> {
  const rows: Row[] = await db<Row>("chats")
    .where({ application_id: applicationId, state: "live" })
    .where("kind" as keyof Row, "chat")
    .where("number", ">", page.after)
    .where("number", "<", page.before)
    .orderBy("number", page.order)
    .limit(page.limit);
  return rows.map(toChat);
}

export type ChatKey = { applicationId: number; number: number };
export type ChatIdentity = ChatKey & { id: number; uid: string; state: ChatState; lastChange: number };

/** Those of `keys` that exist, in order of id; locked when asked for, always in that order, so that two batches do not deadlock. */
export async function listChatsByKey(
  db: Knex,
  keys: readonly ChatKey[],
  { lock }: { lock: boolean },
): Promise<ChatIdentity[]> {
  if (keys.length === 0) return [];
  const query = db<Row>("chats")
    .select("id", "application_id", "number", "uid", "state", "last_change")
    .where((any) => {
      for (const { applicationId, number } of keys) {
        void any.orWhere({ application_id: applicationId, kind: "chat", number } as Partial<Row>);
      }
    })
    .orderBy("id");
  const rows = await (lock ? query.forUpdate() : query);
  return rows.map((row) => ({
    id: row.id,
    applicationId: row.application_id,
    number: row.number,
    uid: row.uid,
    state: row.state,
    lastChange: row.last_change,
  }));
}

export type NewChat = {
  applicationId: number;
  number: number;
  uid: string;
  name?: string | undefined;
  createdAt: number;
};

/** @throws ER_DUP_ENTRY when any of them is there already; then none is inserted */
export async function insertChats(
  trx: Knex.Transaction,
  chats: readonly NewChat[],
  state: ChatState = "live",
): Promise<void> {
  const rows = chats.map(({ applicationId, number, uid, name, createdAt }) => {
    const at = new Date(createdAt);
    return {
      application_id: applicationId,
      number,
      uid,
      name: name ?? null,
      state,
      created_at: at,
      updated_at: at,
    };
  });
  await trx("chats").insert(rows);
}

/** Raises `last_change` of several chats, those with the same rise together. */
export async function raiseLastChanges(
  trx: Knex.Transaction,
  rises: ReadonlyMap<number, number>,
): Promise<void> {
  const idsByRise = Map.groupBy(rises.keys(), (id) => rises.get(id) ?? 0);
  for (const [rise, ids] of idsByRise) {
    if (rise > 0) await trx("chats").whereIn("id", ids).increment("last_change", rise);
  }
}

export async function renameChat(
  trx: Knex.Transaction,
  id: number,
  name: string | undefined,
  at: Date,
): Promise<void> {
  await trx("chats")
    .where({ id })
    .update({
      name: name ?? null,
      version: trx.raw("version + 1"),
      last_change: trx.raw("last_change + 1"),
      updated_at: at,
    });
}

/** Gives a parked chat its name. */
export async function unparkChat(trx: Knex.Transaction, id: number, name: string | undefined): Promise<void> {
  await trx("chats")
    .where({ id })
    .update({ state: "live", name: name ?? null, last_change: trx.raw("last_change + 1") });
}

/** Its row stays for ever, its number with it; name and messages go. */
export async function markChatDeleted(trx: Knex.Transaction, chat: StoredChat, at: Date): Promise<void> {
  await trx("chats")
    .where({ id: chat.id })
    .update({ state: "deleted", name: null, last_change: trx.raw("last_change + 1"), updated_at: at });
  await trx("applications").where({ id: chat.applicationId }).decrement("chats_count", 1);
}

export async function addMessagesCounts(
  trx: Knex.Transaction,
  deltas: ReadonlyMap<string, number>,
): Promise<void> {
  for (const [key, delta] of deltas) {
    const [token = "", number = ""] = key.split(":");
    await trx("chats")
      .where({ number: Number(number), kind: "chat" })
      .where("application_id", trx("applications").select("id").where({ token }))
      .increment("messages_count", delta);
  }
}

/** A live chat as the index knows it. */
type LiveChat = { id: number; number: number; applicationId: number };

/** Live chats in order of id, from behind `after`. */
export async function listChatsFrom(
  db: Knex,
  { after, limit }: { after: number; limit: number },
): Promise<LiveChat[]> {
  return db("chats")
    .select("id", "number", { applicationId: "application_id" })
    .where("id", ">", after)
    .where({ state: "live" })
    .orderBy("id")
    .limit(limit);
}

/** How many live chats there are, and how many changes they have had: about as many as they have messages. */
export async function measureLiveChats(db: Knex): Promise<{ chats: number; changes: number }> {
  const [row] = await db("chats")
    .where({ state: "live" })
    .count({ chats: "*" })
    .sum({ changes: "last_change" });
  return { chats: Number(row?.["chats"] ?? 0), changes: Number(row?.["changes"] ?? 0) };
}

/** Those live chats that are there. */
export async function listLiveChats(
  db: Knex,
  paths: readonly { token: string; chat: number }[],
): Promise<(LiveChat & { token: string })[]> {
  if (paths.length === 0) return [];
  return db("chats as c")
    .join("applications as a", "a.id", "c.application_id")
    .select("c.id", "a.token", "c.number", { applicationId: "a.id" })
    .where({ "c.state": "live", "c.kind": "chat" })
    .where((any) => {
      for (const { token, chat } of paths) void any.orWhere({ "a.token": token, "c.number": chat });
    });
}

/** Ids of an application's live chats, in order, from behind `after`. */
export async function listLiveChatIds(
  db: Knex,
  applicationId: number,
  { after, limit }: { after: number; limit: number },
): Promise<number[]> {
  const rows: Pick<Row, "id">[] = await db<Row>("chats")
    .select("id")
    .where({ application_id: applicationId, state: "live" })
    .where("id", ">", after)
    .orderBy("id")
    .limit(limit);
  return rows.map(({ id }) => id);
}

/** Ids of an application's chats that are deleted and not purged yet. */
export async function listDeletedChatIds(db: Knex, applicationId: number): Promise<number[]> {
  const rows: Pick<Row, "id">[] = await db<Row>("chats")
    .select("id")
    .where({ application_id: applicationId, state: "deleted" });
  return rows.map(({ id }) => id);
}
