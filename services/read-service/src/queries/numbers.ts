/** How far the numbers under a parent go, and which are missing. */
import type { Knex } from "knex";

type Scope =
  | { table: "chats"; parent: { application_id: number; kind: "chat" } }
  | { table: "messages"; parent: { chat_id: number } };

/** They are dense exactly when the two are equal. */
export async function measureNumbers(
  trx: Knex.Transaction,
  { table, parent }: Scope,
): Promise<{ highest: number; count: number }> {
  const [row] = await trx(table).where(parent).max({ highest: "number" }).count({ count: "*" });
  return { highest: Number(row?.["highest"] ?? 0), count: Number(row?.["count"] ?? 0) };
}

/** The numbers missing below the highest. */
export async function listHoles(trx: Knex.Transaction, { table, parent }: Scope): Promise<number[]> {
  const rows: { before: number | null; number: number }[] = await trx
    .select("before", "number")
    .from(
      trx(table)
        .where(parent)
        .select("number", trx.raw("LAG(number) OVER (ORDER BY number) AS `before`"))
        .as("gaps"),
    )
    .whereRaw("number > COALESCE(`before`, 0) + 1");
  return rows.flatMap(({ before, number }) => {
    const first = (before ?? 0) + 1;
    return Array.from({ length: number - first }, (_, i) => first + i);
  });
}
