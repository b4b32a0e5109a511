/** The chats of two users each. */
import type { PairState } from "@parley/common/fact";
import { selectRows } from "@parley/common/db";
import type { Knex } from "knex";
import { shownStates, toMessage, type Message, type MessageRow } from "./messages.ts";

type Pair = { from: number; to: number };
type PairUser = { id: number; isLive: boolean };

/** The two users by their numbers, as far as they are there. */
export async function findPair(
  db: Knex,
  token: string,
  { from, to }: Pair,
): Promise<{ applicationId: number; from?: PairUser; to?: PairUser } | undefined> {
  type Row = { application_id: number; id: number | null; number: number; state: string };
  const rows = await selectRows<Row>(
    db,
    `SELECT a.id AS application_id, u.id, u.number, u.state FROM applications a
     LEFT JOIN users u ON u.application_id = a.id AND u.number IN (?, ?) WHERE a.token = ?`,
    [from, to, token],
  );
  const [first] = rows;
  if (!first) return undefined;
  const find = (number: number): { user?: PairUser } => {
    const row = rows.find((one) => one.number === number);
    return row?.id ? { user: { id: row.id, isLive: row.state === "live" } } : {};
  };
  const [sender, receiver] = [find(from).user, find(to).user];
  return {
    applicationId: first.application_id,
    ...(sender && { from: sender }),
    ...(receiver && { to: receiver }),
  };
}

const inOrder = (one: number, other: number): [number, number] => (one < other ? [one, other] : [other, one]);

/** The number of their chat, as chat-number.ts has it. */
export async function findConversation(db: Knex, one: number, other: number): Promise<number | undefined> {
  const [row] = await selectRows<{ number: number }>(
    db,
    `SELECT c.number FROM conversations co JOIN chats c ON c.id = co.chat_id
     WHERE co.low_user_id = ? AND co.high_user_id = ?`,
    inOrder(one, other),
  );
  return row && -row.number;
}

export async function findPairState(
  db: Knex,
  from: number,
  to: PairUser & { id: number },
): Promise<PairState> {
  if (!to.isLive) return "gone";
  const rows = await selectRows<{ user_id: number }>(
    db,
    `SELECT user_id FROM blocks WHERE (user_id = ? AND blocked_user_id = ?) OR (user_id = ? AND blocked_user_id = ?)`,
    [from, to.id, to.id, from],
  );
  if (rows.some(({ user_id: blocker }) => blocker === to.id)) return "blocked";
  return rows.length > 0 ? "blocking" : "open";
}

/** Under the lock of the application's row. Gives the number of the chat, as chat-number.ts has it. */
export async function insertConversation(
  trx: Knex.Transaction,
  { applicationId, one, other, uid }: { applicationId: number; one: number; other: number; uid: string },
): Promise<number> {
  const [last] = await trx("chats")
    .where({ application_id: applicationId, kind: "direct" })
    .max({ number: "number" });
  const number = Number(last?.["number"] ?? 0) + 1;
  const at = new Date();
  const times = { created_at: at, updated_at: at };
  const row = { application_id: applicationId, kind: "direct", number, uid, private: true, ...times };
  const [chatId = 0] = await trx("chats").insert(row);
  const [low, high] = inOrder(one, other);
  await trx("conversations").insert({ low_user_id: low, high_user_id: high, chat_id: chatId });
  const member = { chat_id: chatId, role: "member", created_at: at };
  await trx("members").insert([low, high].map((userId) => ({ ...member, user_id: userId })));
  return -number;
}

/** One of a user's conversations: its chat, and the other user. */
export type OwnConversation = {
  chatId: number;
  /** As chat-number.ts has it. */
  chat: number;
  other: { number: number; username?: string; displayName?: string };
};

/** All of a user's. */
export async function listConversations(db: Knex, token: string, user: number): Promise<OwnConversation[]> {
  type Row = {
    chat_id: number;
    chat: number;
    number: number;
    username: string | null;
    display_name: string | null;
  };
  const rows = await selectRows<Row>(
    db,
    `SELECT c.id AS chat_id, c.number AS chat, o.number, o.username, p.display_name
     FROM applications a JOIN users u ON u.application_id = a.id AND u.number = ?
     JOIN members mb ON mb.user_id = u.id JOIN conversations co ON co.chat_id = mb.chat_id
     JOIN chats c ON c.id = co.chat_id AND c.state = 'live'
     JOIN users o ON o.id = IF(co.low_user_id = u.id, co.high_user_id, co.low_user_id)
     LEFT JOIN profiles p ON p.user_id = o.id WHERE a.token = ?`,
    [user, token],
  );
  return rows.map(({ chat_id: chatId, chat, number, username, display_name: displayName }) => ({
    chatId,
    chat: -chat,
    other: {
      number,
      ...(username !== null && { username }),
      ...(displayName !== null && { displayName }),
    },
  }));
}

/** Locks the users' rows until the transaction ends. False when one of them is not live. */
export async function lockLiveUsers(trx: Knex.Transaction, ids: readonly number[]): Promise<boolean> {
  const rows: unknown[] = await trx("users")
    .whereIn("id", ids)
    .where({ state: "live" })
    .orderBy("id")
    .forUpdate()
    .select("id");
  return rows.length === ids.length;
}

type MessageKey = { chatId: number; number: number };
const chatsAtOnce = 100;

/** The newest messages of each chat that can be shown: of those made until `before` where that is given. */
export async function listNewestKeys(
  db: Knex,
  chatIds: readonly number[],
  { before, limit }: { before?: Date | undefined; limit: number },
): Promise<(MessageKey & { createdAt: Date })[]> {
  const found: (MessageKey & { createdAt: Date })[] = [];
  for (let i = 0; i < chatIds.length; i += chatsAtOnce) {
    const part = chatIds.slice(i, i + chatsAtOnce);
    const newest = `(SELECT chat_id AS chatId, number, created_at AS createdAt FROM messages
      WHERE chat_id = ? AND state IN (${shownStates}) ${before ? "AND created_at <= ?" : ""} ORDER BY number DESC LIMIT ?)`;
    found.push(
      ...(await selectRows<MessageKey & { createdAt: Date }>(
        db,
        part.map(() => newest).join(" UNION ALL "),
        part.flatMap((id) => [id, ...(before ? [before] : []), limit]),
      )),
    );
  }
  return found;
}

/** Those that can be shown, by `chat id:number`. */
export async function mapMessages(db: Knex, keys: readonly MessageKey[]): Promise<Map<string, Message>> {
  if (keys.length === 0) return new Map();
  const rows = await selectRows<MessageRow>(
    db,
    `SELECT * FROM messages WHERE (chat_id, number) IN (${keys.map(() => "(?, ?)").join()}) AND state IN (${shownStates})`,
    keys.flatMap(({ chatId, number }) => [chatId, number]),
  );
  return new Map(rows.map((row) => [`${row.chat_id}:${row.number}`, toMessage(row)]));
}
