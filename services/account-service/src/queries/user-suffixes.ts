/** What user search looks through: see the table's migration. */
import { selectRows } from "@parley/common/db";
import type { Knex } from "knex";

/** `isInner`: it does not begin a word. `position`: in code points, of name and display name together. */
export type Suffix = { isInner: boolean; suffix: string; position: number };
export type FoundSuffix = Suffix & { number: number };

export const longestSuffix = 24;
/** Sorts behind whatever a suffix may go on with: no byte of UTF-8 is as high. */
const highest = Buffer.of(0xff);

export async function replaceSuffixes(
  trx: Knex.Transaction,
  { applicationId, number }: { applicationId: number; number: number },
  suffixes: readonly Suffix[],
): Promise<void> {
  await trx("user_suffixes").where({ application_id: applicationId, number }).delete();
  if (suffixes.length === 0) return;
  await trx("user_suffixes").insert(
    suffixes.map(({ isInner, suffix, position }) => ({
      application_id: applicationId,
      is_inner: isInner,
      suffix,
      number,
      position,
    })),
  );
}

type Range = { isInner: boolean; beginning: string; after: FoundSuffix | undefined; limit: number };

/** Those that begin with `beginning`, in order of suffix, number and position, from behind `after`. */
export async function listSuffixes(
  db: Knex,
  applicationId: number,
  { isInner, beginning, after, limit }: Range,
): Promise<FoundSuffix[]> {
  type Row = { suffix: Buffer; number: number; position: number };
  const rows = await selectRows<Row>(
    db,
    `SELECT suffix, number, position FROM user_suffixes
     WHERE application_id = ? AND is_inner = ? AND suffix >= ? AND suffix < ?
       ${after ? "AND (suffix > ? OR number > ? OR (number = ? AND position > ?))" : ""}
     ORDER BY suffix, number, position LIMIT ?`,
    [
      applicationId,
      isInner,
      Buffer.from(after?.suffix ?? beginning),
      Buffer.concat([Buffer.from(beginning), highest]),
      ...(after ? [Buffer.from(after.suffix), after.number, after.number, after.position] : []),
      limit,
    ],
  );
  return rows.map((row) => ({ isInner, ...row, suffix: row.suffix.toString() }));
}
