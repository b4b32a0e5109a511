/** Message states that the search index can never take. */
import type { Knex } from "knex";
import { numberOfChat } from "./chats.ts";
import { audienceOfChat, type Audience } from "./live-chats.ts";

export type Refusal = { chatId: number; number: number; changeNumber: number; reason: string };
export type StoredRefusal = Refusal & {
  applicationId: number;
  token: string;
  chat: number;
  audience: Audience;
  refusedAt: Date;
};
type Row = { chat_id: number; number: number; change_number: number; reason: string; refused_at: Date };
/** States that were written just now, refused or not. */
type Written = readonly {
  chat: { id: number };
  messages: readonly { number: number; changeNumber: number }[];
}[];

/** Those written are not refused any more, but for `refusals`. */
export async function replaceRefusals(
  db: Knex,
  written: Written,
  refusals: readonly Refusal[],
): Promise<void> {
  const chatIds = written.map(({ chat }) => chat.id);
  const before: Pick<Row, "chat_id" | "number">[] = await db<Row>("search_refusals")
    .select("chat_id", "number")
    .whereIn("chat_id", chatIds);
  const isRefused = new Set(refusals.map(({ chatId, number }) => `${chatId}:${number}`));
  const changes = new Map(
    written.flatMap(({ chat, messages }) =>
      messages.map(({ number, changeNumber }) => [`${chat.id}:${number}`, changeNumber] as const),
    ),
  );
  for (const { chat_id, number } of before) {
    const change = changes.get(`${chat_id}:${number}`);
    if (change === undefined || isRefused.has(`${chat_id}:${number}`)) continue;
    // A newer state may have been refused meanwhile.
    await db<Row>("search_refusals").where({ chat_id, number }).where("change_number", "<=", change).delete();
  }
  if (refusals.length === 0) return;
  const rows = refusals.map(({ chatId, number, changeNumber, reason }) => ({
    chat_id: chatId,
    number,
    change_number: changeNumber,
    reason,
    refused_at: new Date(),
  }));
  await db<Row>("search_refusals").insert(rows).onConflict(["chat_id", "number"]).merge();
}

export async function countRefusals(db: Knex): Promise<number> {
  const [row] = await db("search_refusals").count({ total: "*" });
  return Number(row?.["total"] ?? 0);
}

export async function listRefusedNumbers(db: Knex, chatId: number): Promise<Set<number>> {
  const rows: Pick<Row, "number">[] = await db<Row>("search_refusals")
    .select("number")
    .where({ chat_id: chatId });
  return new Set(rows.map(({ number }) => number));
}

/** In order of chat and number, from behind `after`. */
export async function listRefusals(
  db: Knex,
  { after, limit }: { after: { chatId: number; number: number }; limit: number },
): Promise<StoredRefusal[]> {
  const rows: (Row & { application_id: number; token: string; chat: number; audience: Audience })[] =
    await db("search_refusals as r")
      .join("chats as c", "c.id", "r.chat_id")
      .join("applications as a", "a.id", "c.application_id")
      .select(
        "r.*",
        "c.application_id",
        "a.token",
        db.raw(`${numberOfChat} AS chat`),
        db.raw(`${audienceOfChat} AS audience`),
      )
      .where((any) => {
        void any
          .where("r.chat_id", ">", after.chatId)
          .orWhere((same) => void same.where("r.chat_id", after.chatId).where("r.number", ">", after.number));
      })
      .orderBy(["r.chat_id", "r.number"])
      .limit(limit);
  return rows.map((row) => ({
    chatId: row.chat_id,
    number: row.number,
    changeNumber: row.change_number,
    reason: row.reason,
    refusedAt: row.refused_at,
    applicationId: row.application_id,
    token: row.token,
    chat: row.chat,
    audience: row.audience,
  }));
}

/** Those that another index than the present one has refused. */
export async function deleteOlderRefusals(db: Knex, before: Date): Promise<void> {
  await db("search_refusals").where("refused_at", "<", before).delete();
}

export async function deleteRefusalsOf(db: Knex, chatId: number): Promise<void> {
  await db("search_refusals").where({ chat_id: chatId }).delete();
}
