/** What there must never be: one record under two numbers, one number for two records, a row beyond the last number. */
import type { Knex } from "knex";
import type { Counted } from "./counts.ts";

const shownAtMost = 20;

const childrenOf = (db: Knex, { kind, id }: Counted) =>
  kind === "chats"
    ? db("chats").where({ application_id: id, kind: "chat" })
    : db("messages").where({ chat_id: id });

/** Some of the uids that more than one child has, with their numbers. */
export async function listDoubledUids(
  db: Knex,
  counted: Counted,
): Promise<{ uid: string; numbers: number[] }[]> {
  const doubled: { uid: string }[] = await childrenOf(db, counted)
    .select("uid")
    .groupBy("uid")
    .havingRaw("COUNT(*) > 1")
    .limit(shownAtMost);
  if (doubled.length === 0) return [];
  const rows: { uid: string; number: number }[] = await childrenOf(db, counted)
    .select("uid", "number")
    .whereIn(
      "uid",
      doubled.map(({ uid }) => uid),
    )
    .orderBy("number");
  const byUid = Map.groupBy(rows, ({ uid }) => uid);
  return [...byUid].map(([uid, same]) => ({ uid, numbers: same.map(({ number }) => number) }));
}

export async function findHighestNumber(db: Knex, counted: Counted): Promise<number> {
  const [row] = await childrenOf(db, counted).max({ highest: "number" });
  return Number(row?.["highest"] ?? 0);
}

/** The newest of the numbers that were given to two records, and how many there are. */
export async function summarizeConflicts(
  db: Knex,
): Promise<{ total: number; newest: { uid: string; storedUid: string; foundAt: Date }[] }> {
  const [count] = await db("seq_conflicts").count({ total: "*" });
  const rows: { uid: string; stored_uid: string; found_at: Date }[] = await db("seq_conflicts")
    .select("uid", "stored_uid", "found_at")
    .orderBy("found_at", "desc")
    .limit(shownAtMost);
  return {
    total: Number(count?.["total"] ?? 0),
    newest: rows.map((row) => ({ uid: row.uid, storedUid: row.stored_uid, foundAt: row.found_at })),
  };
}
