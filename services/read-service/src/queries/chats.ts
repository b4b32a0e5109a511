/** Chats in MySQL. */
import type { Caller } from "@parley/common/callers";
import { commonChat, kindOfChat, type ChatKind } from "@parley/common/chat-number";
import type { NumberPage } from "@parley/common/paging";
import type { ChatRecord } from "@parley/common/records";
import type { Knex } from "knex";
import { v4 as uuid } from "uuid";
import { selectRows } from "@parley/common/db";
import type { ApplicationState } from "./applications.ts";

export type Chat = {
  /** As chat-number.ts has it. */
  number: number;
  isPrivate: boolean;
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
  /** The change by which it got its name. */
  nameChange: number;
  /** The last change of its members. */
  memberChange: number;
  state: ChatState;
};
/** What a path to a chat meets: `chat` is missing when there is no such number. */
export type ChatPath = { applicationId: number; applicationState: ApplicationState; chat?: StoredChat };

type Row = {
  id: number;
  application_id: number;
  kind: ChatKind;
  number: number;
  name: string | null;
  private: 0 | 1;
  messages_count: number;
  last_change: number;
  name_change: number;
  member_change: number;
  version: number;
  state: ChatState;
  created_at: Date;
  updated_at: Date;
  uid: string;
};

/** In SQL, of chats `c`: the number as the services know it. */
export const numberOfChat = "IF(c.kind = 'direct', -CAST(c.number AS SIGNED), CAST(c.number AS SIGNED))";
const numberOf = ({ kind, number }: Pick<Row, "kind" | "number">): number =>
  kind === "direct" ? -number : number;
const rowKeyOf = (chat: number) => ({ kind: kindOfChat(chat), number: Math.abs(chat) });

function toChat(row: Row): StoredChat {
  return {
    id: row.id,
    applicationId: row.application_id,
    uid: row.uid,
    number: numberOf(row),
    isPrivate: row.private === 1,
    ...(row.name === null ? {} : { name: row.name }),
    messagesCount: Math.max(row.messages_count, 0),
    lastChange: row.last_change,
    nameChange: row.name_change,
    memberChange: row.member_change,
    version: row.version,
    state: row.state,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

/** An accepted chat as it will be in MySQL. */
export function chatOf({ number, name, private: isPrivate, createdAt }: ChatRecord): Chat {
  const at = new Date(createdAt);
  return {
    number,
    isPrivate: isPrivate ?? false,
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
     LEFT JOIN chats c ON c.application_id = a.id AND c.kind = ? AND c.number = ? WHERE a.token = ?`,
    [kindOfChat(number), Math.abs(number), token],
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

/** Live chats of an application that the caller may read. */
export async function listChats(
  db: Knex,
  { applicationId, caller }: { applicationId: number; caller: Caller },
  page: NumberPage,
): Promise<Chat[]> {
  const end = `ORDER BY number ${page.order === "asc" ? "ASC" : "DESC"} LIMIT ?`;
  const shown = "c.kind = 'chat' AND c.state = 'live' AND c.number > ? AND c.number < ?";
  const range = [page.after, page.before];
  const inApplication = `SELECT c.* FROM chats c WHERE c.application_id = ? AND ${shown}`;
  const open = {
    sql: `(${inApplication} AND c.private = 0 ${end})`,
    values: [applicationId, ...range, page.limit],
  };
  // Each by an index of its own, however many private chats of others there are.
  const parts = {
    server: () => [{ sql: `(${inApplication} ${end})`, values: [applicationId, ...range, page.limit] }],
    guest: () => [open],
    user: (user: number) => [
      open,
      {
        sql: `(SELECT c.* FROM users u JOIN members mb ON mb.user_id = u.id JOIN chats c ON c.id = mb.chat_id
          WHERE u.application_id = ? AND u.number = ? AND c.private = 1 AND ${shown} ${end})`,
        values: [applicationId, user, ...range, page.limit],
      },
    ],
  };
  const own = caller.kind === "user" ? parts.user(caller.user.number) : parts[caller.kind]();
  const rows = await selectRows<Row>(db, `${own.map(({ sql }) => sql).join(" UNION ALL ")} ${end}`, [
    ...own.flatMap(({ values }) => values),
    page.limit,
  ]);
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
    .select("id", "application_id", "kind", "number", "uid", "state", "last_change")
    .where((any) => {
      for (const { applicationId, number } of keys) {
        void any.orWhere({ application_id: applicationId, ...rowKeyOf(number) });
      }
    })
    .orderBy("id");
  const rows = await (lock ? query.forUpdate() : query);
  return rows.map((row) => ({
    id: row.id,
    applicationId: row.application_id,
    number: numberOf(row),
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
  isPrivate?: boolean;
  createdAt: number;
};

/** @throws ER_DUP_ENTRY when any of them is there already; then none is inserted */
export async function insertChats(
  trx: Knex.Transaction,
  chats: readonly NewChat[],
  state: ChatState = "live",
): Promise<void> {
  const rows = chats.map(({ applicationId, number, uid, name, isPrivate = false, createdAt }) => {
    const at = new Date(createdAt);
    return {
      application_id: applicationId,
      ...rowKeyOf(number),
      uid,
      name: name ?? null,
      private: isPrivate,
      state,
      created_at: at,
      updated_at: at,
    };
  });
  await trx("chats").insert(rows);
}

/** Makes an application's common chat, unless it is there. */
export async function insertCommonChat(db: Knex, applicationId: number): Promise<void> {
  const at = new Date();
  await db("chats")
    .insert({
      application_id: applicationId,
      ...rowKeyOf(commonChat),
      uid: uuid(),
      created_at: at,
      updated_at: at,
    })
    .onConflict(["application_id", "kind", "number"])
    .ignore();
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

/** The chat's row is locked. */
export async function renameChat(
  trx: Knex.Transaction,
  { id, lastChange }: StoredChat,
  name: string,
  at: Date,
): Promise<void> {
  const changeNumber = lastChange + 1;
  await trx("chats")
    .where({ id })
    .update({
      name,
      version: trx.raw("version + 1"),
      last_change: changeNumber,
      name_change: changeNumber,
      updated_at: at,
    });
}

/** Gives a parked chat its name; its row is locked. */
export async function unparkChat(
  trx: Knex.Transaction,
  { id, lastChange }: ChatIdentity,
  name: string | undefined,
): Promise<void> {
  const changeNumber = lastChange + 1;
  await trx("chats")
    .where({ id })
    .update({ state: "live", name: name ?? null, last_change: changeNumber, name_change: changeNumber });
}

/** Its row stays for ever, its number with it; name and messages go. */
export async function markChatDeleted(trx: Knex.Transaction, chat: StoredChat, at: Date): Promise<void> {
  await trx("chats")
    .where({ id: chat.id })
    .update({ state: "deleted", name: null, last_change: trx.raw("last_change + 1"), updated_at: at });
  if (kindOfChat(chat.number) !== "chat") return;
  await trx("applications").where({ id: chat.applicationId }).decrement("chats_count", 1);
}

export async function addMessagesCounts(
  trx: Knex.Transaction,
  deltas: ReadonlyMap<string, number>,
): Promise<void> {
  for (const [key, delta] of deltas) {
    const [token = "", number = ""] = key.split(":");
    await trx("chats")
      .where(rowKeyOf(Number(number)))
      .where("application_id", trx("applications").select("id").where({ token }))
      .increment("messages_count", delta);
  }
}
