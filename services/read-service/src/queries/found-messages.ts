/** Messages that search looks at, with their chats' numbers. */
import type { Knex } from "knex";
import type { Caller } from "@parley/common/callers";
import { kindOfChat } from "@parley/common/chat-number";
import { selectRows } from "@parley/common/db";
import { numberOfChat } from "./chats.ts";
import { readableBy } from "./live-chats.ts";
import { shownStates, toMessage, type Message, type MessageRow } from "./messages.ts";

export type FoundMessage = Message & { chatId: number; chatNumber: number };
type Row = MessageRow & { chat_number: number };
type MessageKey = { chatId: number; number: number };

const columns = `m.chat_id, m.number, m.content, m.version, m.created_at, m.edited_at, m.sender_id,
  ${numberOfChat} AS chat_number`;

function toFound(row: Row): FoundMessage {
  return { ...toMessage(row), chatId: row.chat_id, chatNumber: row.chat_number };
}

/** `caller`: whose the search is; a chat alone is searched only by those who may read it. */
type Place = { applicationId: number; chatId?: number | undefined; caller: Caller };

/**
 * Those of `keys` that can be shown, and all of a place that can be shown and that the search index can never take: with
 * `isRefused`, and once more if they are among `keys`.
 */
export async function listFoundMessages(
  db: Knex,
  keys: readonly MessageKey[],
  { applicationId, chatId, caller }: Place,
): Promise<(FoundMessage & { isRefused: boolean })[]> {
  const byChat = Map.groupBy(keys, ({ chatId: id }) => id);
  // Whatever the index was asked: somebody may have been put out of a chat since.
  const readable = chatId === undefined ? readableBy(caller) : { sql: "1 = 1", values: [] };
  const places = [...byChat.values()].map(
    (ofChat) => `(m.chat_id = ? AND m.number IN (${ofChat.map(() => "?").join()}))`,
  );
  const found = `SELECT ${columns}, 0 AS is_refused FROM messages m JOIN chats c ON c.id = m.chat_id
    WHERE (${places.join(" OR ")}) AND m.state IN (${shownStates}) AND c.state = 'live' AND ${readable.sql} UNION ALL `;
  const rows = await selectRows<Row & { is_refused: 0 | 1 }>(
    db,
    `${places.length > 0 ? found : ""}SELECT ${columns}, 1 AS is_refused FROM search_refusals r
     JOIN chats c ON c.id = r.chat_id
     JOIN messages m ON m.chat_id = r.chat_id AND m.number = r.number
     WHERE ${chatId === undefined ? "c.application_id = ?" : "r.chat_id = ?"}
       AND m.state IN (${shownStates}) AND c.state = 'live' AND ${readable.sql}`,
    [
      ...[...byChat].flatMap(([id, ofChat]) => [id, ...ofChat.map(({ number }) => number)]),
      ...(places.length > 0 ? readable.values : []),
      chatId ?? applicationId,
      ...readable.values,
    ],
  );
  return rows.map((row) => ({ ...toFound(row), isRefused: row.is_refused === 1 }));
}

/** Messages of some chats that can be shown, in order of chat and number, from behind `after`. */
export async function listMessagesOfChats(
  db: Knex,
  chatIds: readonly number[],
  { after, limit }: { after: MessageKey; limit: number },
): Promise<FoundMessage[]> {
  const later = chatIds.filter((id) => id > after.chatId);
  const rows = await selectRows<Row>(
    db,
    `SELECT ${columns} FROM messages m JOIN chats c ON c.id = m.chat_id
     WHERE ((m.chat_id = ? AND m.number > ?)${later.length > 0 ? ` OR m.chat_id IN (${later.map(() => "?").join()})` : ""})
       AND m.state IN (${shownStates})
     ORDER BY m.chat_id, m.number LIMIT ?`,
    [after.chatId, after.number, ...later, limit],
  );
  return rows.map(toFound);
}

type ChangedMessage = FoundMessage & { changeNumber: number };

/** States newer than a change number of each chat, tombstones included, in order of chat and change. */
export async function listChangedOfChats(
  db: Knex,
  chats: readonly { chatId: number; after: number }[],
  limit: number,
): Promise<ChangedMessage[]> {
  const rows = await selectRows<Row>(
    db,
    `SELECT ${columns}, m.change_number FROM messages m JOIN chats c ON c.id = m.chat_id
     WHERE ${chats.map(() => "(m.chat_id = ? AND m.change_number > ?)").join(" OR ")}
     ORDER BY m.chat_id, m.change_number LIMIT ?`,
    [...chats.flatMap(({ chatId, after }) => [chatId, after]), limit],
  );
  return rows.map((row) => ({ ...toFound(row), changeNumber: row.change_number }));
}

/** Which of these messages are in MySQL, whatever their state, as `chat:number`; and which chats have been deleted. */
export async function findStoredNumbers(
  db: Knex,
  token: string,
  messages: readonly { chat: number; number: number }[],
): Promise<{ stored: Set<string>; goneChats: Set<number> }> {
  const rows = await selectRows<{ chat: number; isLive: number; number: number | null }>(
    db,
    `SELECT ${numberOfChat} AS chat, c.state = 'live' AS isLive, m.number FROM applications a
     JOIN chats c ON c.application_id = a.id AND (c.kind, c.number) IN (?)
     LEFT JOIN messages m ON m.chat_id = c.id AND m.number IN (?) WHERE a.token = ?`,
    [
      [...new Set(messages.map(({ chat }) => chat))].map((chat) => [kindOfChat(chat), Math.abs(chat)]),
      [...new Set(messages.map(({ number }) => number))],
      token,
    ] as unknown as Knex.RawBinding[],
  );
  return {
    stored: new Set(rows.map(({ chat, number }) => `${chat}:${number}`)),
    goneChats: new Set(rows.filter(({ isLive }) => isLive === 0).map(({ chat }) => chat)),
  };
}
