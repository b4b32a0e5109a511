/** How far the numbers under a parent go, and which are missing. */
import type { Knex } from "knex";

export type Scope =
  | { table: "chats"; parent: { application_id: number; kind: "chat" } }
  | { table: "messages"; parent: { chat_id: number } };
export type Gap = { first: number; last: number };

/** They are dense exactly when the two are equal. */
export async function measureNumbers(
  trx: Knex.Transaction,
  { table, parent }: Scope,
): Promise<{ highest: number; count: number }> {
  const [row] = await trx(table).where(parent).max({ highest: "number" }).count({ count: "*" });
  return { highest: Number(row?.["highest"] ?? 0), count: Number(row?.["count"] ?? 0) };
}

/** The runs of numbers missing below the highest, in order. */
export async function listGaps(
  db: Knex,
  { table, parent }: Scope,
  page: { through?: number; limit?: number } = {},
): Promise<Gap[]> {
  const inside = db(table)
    .where(parent)
    .select("number", db.raw("LAG(number) OVER (ORDER BY number) AS `before`"));
  if (page.through !== undefined) void inside.where("number", "<=", page.through);
  const query = db
    .select("before", "number")
    .from(inside.as("gaps"))
    .whereRaw("number > COALESCE(`before`, 0) + 1")
    .orderBy("number");
  if (page.limit !== undefined) void query.limit(page.limit);
  const rows: { before: number | null; number: number }[] = await query;
  return rows.map(({ before, number }) => ({ first: (before ?? 0) + 1, last: number - 1 }));
}

/** The numbers missing below the highest. */
export async function listHoles(trx: Knex.Transaction, scope: Scope): Promise<number[]> {
  const gaps = await listGaps(trx, scope);
  return gaps.flatMap(({ first, last }) => Array.from({ length: last - first + 1 }, (_, i) => first + i));
}

/** What is stored of the numbers up to `through`; of the gaps, and of each list, the first ones. */
export type StoredNumbers = {
  highest: number;
  count: number;
  gaps: Gap[];
  void: { numbers: number[]; total: number };
  parked: { numbers: number[]; total: number };
};
type Limits = { through: number; gaps: number; listed: number };

async function listInState(
  db: Knex,
  { table, parent }: Scope,
  state: "void" | "parked",
  { through, listed }: Limits,
): Promise<number[]> {
  const rows: { number: number }[] = await db(table)
    .where(parent)
    .where({ state })
    .where("number", "<=", through)
    .select("number")
    .orderBy("number")
    .limit(listed);
  return rows.map(({ number }) => number);
}

/** To be asked in a snapshot, so that all of it is of one moment. */
export async function readStoredNumbers(db: Knex, scope: Scope, limits: Limits): Promise<StoredNumbers> {
  const [row] = (await db(scope.table)
    .where(scope.parent)
    .where("number", "<=", limits.through)
    .max({ highest: "number" })
    .count({ count: "*" })
    .sum({ void: db.raw("state = 'void'"), parked: db.raw("state = 'parked'") })) as Record<
    string,
    unknown
  >[];
  const amount = (name: string): number => Number(row?.[name] ?? 0);
  const inState = async (state: "void" | "parked") => {
    const total = amount(state);
    return { numbers: total > 0 ? await listInState(db, scope, state, limits) : [], total };
  };
  const [highest, count] = [amount("highest"), amount("count")];
  const gaps = highest === count ? [] : await listGaps(db, scope, { ...limits, limit: limits.gaps });
  return { highest, count, gaps, void: await inState("void"), parked: await inState("parked") };
}
