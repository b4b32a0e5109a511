/** Messages in MySQL. */
import { kindOfChat } from "@parley/common/chat-number";
import type { NumberPage } from "@parley/common/paging";
import type { MessageRecord, Sender } from "@parley/common/records";
import type { Knex } from "knex";
import { selectRows } from "@parley/common/db";
import type { ApplicationState } from "./applications.ts";
import type { ChatState } from "./chats.ts";

export type Message = {
  number: number;
  content: string;
  version: number;
  /** Of its chat, that made its newest state; of a message that is stored. */
  changeNumber?: number;
  createdAt: Date;
  editedAt?: Date;
  /** A user's id, of a message that is stored. */
  senderId?: number;
  sender?: Sender;
};
export type MessageState = "live" | "edited" | "deleted" | "void" | "parked";
export type StoredMessage = Message & { changeNumber: number; state: MessageState; uid: string };
/** What a path to a message meets: a level is missing when there is no such number. */
export type MessagePath = {
  applicationState: ApplicationState;
  chat?: { id: number; state: ChatState };
  message?: StoredMessage;
};

export type MessageRow = {
  chat_id: number;
  number: number;
  change_number: number;
  sender_id: number | null;
  content: string;
  state: MessageState;
  version: number;
  created_at: Date;
  edited_at: Date | null;
  uid: string;
};

type Row = MessageRow;

const shown = ["live", "edited"] as const;
/** In SQL: what can be shown. */
export const shownStates = shown.map((state) => `'${state}'`).join();

export function toMessage(row: Row): Message {
  const { number, content, version, change_number, created_at, edited_at, sender_id } = row;
  return {
    number,
    content,
    version,
    changeNumber: change_number,
    createdAt: created_at,
    ...(edited_at && { editedAt: edited_at }),
    ...(sender_id !== null && { senderId: sender_id }),
  };
}

function toStoredMessage(row: Row): StoredMessage {
  return { ...toMessage(row), changeNumber: row.change_number, state: row.state, uid: row.uid };
}

/** An accepted message as it will be in MySQL. */
export function messageOf({ number, content, sender, createdAt }: MessageRecord): Message {
  return { number, content, version: 0, createdAt: new Date(createdAt), ...(sender && { sender }) };
}

/** A message with the states above it, or those alone, with nulls. */
type Joined = Row & { a_state: ApplicationState; c_id: number | null; c_state: ChatState };

function toPath(row: Joined): MessagePath {
  const path: MessagePath = { applicationState: row.a_state };
  if (row.c_id !== null) path.chat = { id: row.c_id, state: row.c_state };
  return path;
}

/** Undefined when the application is not in MySQL. */
export async function findMessagePath(
  db: Knex,
  { token, chat, number }: { token: string; chat: number; number: number },
): Promise<MessagePath | undefined> {
  const [row] = await selectRows<Joined>(
    db,
    `SELECT a.state AS a_state, c.id AS c_id, c.state AS c_state, m.* FROM applications a
     LEFT JOIN chats c ON c.application_id = a.id AND c.kind = ? AND c.number = ?
     LEFT JOIN messages m ON m.chat_id = c.id AND m.number = ? WHERE a.token = ?`,
    [kindOfChat(chat), Math.abs(chat), number, token],
  );
  if (!row) return undefined;
  return row.chat_id === null ? toPath(row) : { ...toPath(row), message: toStoredMessage(row) };
}

/**
 * A page of the messages that can be shown, with the states above them. Undefined when there are none; why, the chat's
 * path tells. Joined from the inside, application and chat are constants, and the page is read in the order of its key.
 */
export async function findMessagePage(
  db: Knex,
  { token, chat }: { token: string; chat: number },
  { after, before, order, limit }: NumberPage,
): Promise<{ applicationState: ApplicationState; chatState: ChatState; messages: Message[] } | undefined> {
  const rows = await selectRows<Joined>(
    db,
    `SELECT a.state AS a_state, c.state AS c_state, m.number, m.content, m.version, m.change_number, m.created_at,
       m.edited_at, m.sender_id
     FROM applications a
     JOIN chats c ON c.application_id = a.id AND c.kind = ? AND c.number = ?
     JOIN messages m ON m.chat_id = c.id AND m.state IN (${shownStates})
       AND m.number > ? AND m.number < ?
     WHERE a.token = ? ORDER BY m.number ${order === "asc" ? "ASC" : "DESC"} LIMIT ?`,
    [kindOfChat(chat), Math.abs(chat), after, before, token, limit],
  );
  const [first] = rows;
  return (
    first && { applicationState: first.a_state, chatState: first.c_state, messages: rows.map(toMessage) }
  );
}

/** Messages of a chat that can be shown; deleted and void ones are left out. */
export async function listMessages(db: Knex, chatId: number, page: NumberPage): Promise<StoredMessage[]> {
  const rows: Row[] = await db<Row>("messages")
    .where({ chat_id: chatId })
    .whereIn("state", shown)
    .where("number", ">", page.after)
    .where("number", "<", page.before)
    .orderBy("number", page.order)
    .limit(page.limit);
  return rows.map(toStoredMessage);
}

const endless = Number.MAX_SAFE_INTEGER;

/** States newer than a change number, tombstones included, oldest change first. */
export async function listChangedMessages(
  db: Knex,
  chatId: number,
  {
    after,
    through = endless,
    beyond = 0,
    limit,
  }: { after: number; through?: number; beyond?: number | undefined; limit: number },
): Promise<StoredMessage[]> {
  const rows: Row[] = await db<Row>("messages")
    .where({ chat_id: chatId })
    .where("change_number", ">", after)
    .where("change_number", "<=", through)
    .where("number", ">", beyond)
    .orderBy("change_number")
    .limit(limit);
  return rows.map(toStoredMessage);
}

/** A number with the change that made its newest state. */
export type ChangedNumber = { number: number; changeNumber: number };
const highestNumber = 2 ** 32 - 1;

/** The last of the next `limit` numbers; undefined when there are not so many. */
export async function findPageEnd(
  db: Knex,
  chatId: number,
  { after, limit }: { after: number; limit: number },
): Promise<number | undefined> {
  const row = await db<Row>("messages")
    .select("number")
    .where({ chat_id: chatId })
    .where("number", ">", after)
    .orderBy("number")
    .offset(limit - 1)
    .first();
  return row?.number;
}

/** All there are in a range of numbers. */
export async function listChangeNumbers(
  db: Knex,
  chatId: number,
  { after, through }: { after: number; through: number },
): Promise<ChangedNumber[]> {
  const rows: Pick<Row, "number" | "change_number">[] = await db<Row>("messages")
    .select("number", "change_number")
    .where({ chat_id: chatId })
    .where("number", ">", after)
    .where("number", "<=", Math.min(through, highestNumber))
    .orderBy("number");
  return rows.map((row) => ({ number: row.number, changeNumber: row.change_number }));
}

/** How many messages each chat has, tombstones included, and what the CRC-32 of their numbers and changes come to. */
export async function sumStoredChecks(
  db: Knex,
  chatIds: readonly number[],
): Promise<Map<number, { count: number; sum: number }>> {
  const rows = await selectRows<{ chat_id: number; count: number; sum: string }>(
    db,
    `SELECT chat_id, COUNT(*) AS count, SUM(CRC32(CONCAT(number, ':', change_number))) AS sum
     FROM messages WHERE chat_id IN (?) GROUP BY chat_id`,
    [[...chatIds]] as unknown as Knex.RawBinding[],
  );
  return new Map(rows.map(({ chat_id, count, sum }) => [chat_id, { count, sum: Number(sum) }]));
}

export async function findNewestChange(db: Knex, chatId: number): Promise<number> {
  const [row] = await db("messages").where({ chat_id: chatId }).max({ newest: "change_number" });
  return Number(row?.["newest"] ?? 0);
}

/** The lowest number whose newest state is beyond a change number. */
export async function findFirstBeyond(
  db: Knex,
  chatId: number,
  changeNumber: number,
): Promise<number | undefined> {
  const [row] = await db("messages")
    .where({ chat_id: chatId })
    .where("change_number", ">", changeNumber)
    .min({ number: "number" });
  return row?.["number"] === null ? undefined : Number(row?.["number"]);
}

/** When the oldest change was made that is beyond its chat's change number, about: of a deletion it is the last edit. */
export async function findFirstChangeTime(
  db: Knex,
  changeNumbers: ReadonlyMap<number, number>,
): Promise<Date | undefined> {
  if (changeNumbers.size === 0) return undefined;
  const first = `(SELECT COALESCE(edited_at, created_at) AS at FROM messages
    WHERE chat_id = ? AND change_number > ? ORDER BY change_number LIMIT 1)`;
  const [row] = await selectRows<{ at: Date | null }>(
    db,
    `SELECT MIN(at) AS at FROM (${Array.from(changeNumbers, () => first).join(" UNION ALL ")}) firsts`,
    [...changeNumbers].flat(),
  );
  return row?.at ?? undefined;
}

/** Locks the row until the transaction ends. Its chat's row is to be locked before. */
export async function lockMessage(
  trx: Knex.Transaction,
  chatId: number,
  number: number,
): Promise<StoredMessage | undefined> {
  const row = await trx<Row>("messages").where({ chat_id: chatId, number }).forUpdate().first();
  return row ? toStoredMessage(row) : undefined;
}

export type NewMessage = {
  chatId: number;
  number: number;
  changeNumber: number;
  uid: string;
  content: string;
  senderId?: number | undefined;
  createdAt: number;
};

/** @throws ER_DUP_ENTRY when any of them is there already; then none is inserted */
export async function insertMessages(
  trx: Knex.Transaction,
  messages: readonly NewMessage[],
  state: MessageState = "live",
): Promise<void> {
  // One placeholder for all rows: the query builder takes ten times as long to write the same statement.
  const rows = messages.map(({ chatId, number, changeNumber, uid, content, senderId, createdAt }) => [
    chatId,
    number,
    changeNumber,
    content,
    state,
    new Date(createdAt),
    uid,
    senderId ?? null,
  ]);
  await trx.raw(
    "INSERT INTO messages (chat_id, number, change_number, content, state, created_at, uid, sender_id) VALUES ?",
    [rows] as unknown as Knex.RawBinding[],
  );
}

/** The uids and states of those of `keys` that are there. */
export async function listMessageUids(
  db: Knex,
  keys: readonly { chatId: number; number: number }[],
): Promise<{ chatId: number; number: number; uid: string; state: MessageState }[]> {
  const byChat = Map.groupBy(keys, ({ chatId }) => chatId);
  const found = [];
  for (const [chatId, ofChat] of byChat) {
    const rows: Pick<Row, "number" | "uid" | "state">[] = await db<Row>("messages")
      .select("number", "uid", "state")
      .where({ chat_id: chatId })
      .whereIn(
        "number",
        ofChat.map(({ number }) => number),
      );
    found.push(...rows.map((row) => ({ chatId, ...row })));
  }
  return found;
}

type NewState = { content: string; state: "edited" | "deleted"; changeNumber: number; at: Date };

/** Gives a message its next state; its chat's row is locked, and `changeNumber` is that chat's next. */
export async function updateMessage(
  trx: Knex.Transaction,
  chatId: number,
  number: number,
  next: NewState,
): Promise<void> {
  await trx("messages")
    .where({ chat_id: chatId, number })
    .update({
      content: next.content,
      state: next.state,
      change_number: next.changeNumber,
      version: trx.raw("version + 1"),
      edited_at: next.at,
    });
  await trx("chats")
    .where({ id: chatId })
    .update({
      last_change: next.changeNumber,
      ...(next.state === "deleted" ? { messages_count: trx.raw("messages_count - 1") } : {}),
    });
}

/** Gives a parked message its text; its chat's row is locked, and `changeNumber` is that chat's next. */
export async function unparkMessage(
  trx: Knex.Transaction,
  chatId: number,
  { number, content, changeNumber }: { number: number; content: string; changeNumber: number },
): Promise<void> {
  await trx("messages")
    .where({ chat_id: chatId, number })
    .update({ content, state: "live", change_number: changeNumber });
  await trx("chats").where({ id: chatId }).update({ last_change: changeNumber });
}
