/** User search: any part of a name or display name, beginnings of words first. */
import { fold } from "@parley/common/fold";
import type { Knex } from "knex";
import { mapUsers, type User } from "./queries/users.ts";
import { listSuffixes, longestSuffix, type FoundSuffix, type Suffix } from "./queries/user-suffixes.ts";

const mostRowsAtOnce = 200;
/** Of a folded name: one character may fold to many. */
const longestName = 320;
const partOfWord = /[\p{L}\p{N}]/u;

type Named = Pick<User, "username" | "profile">;

/** What of a user is looked through, in code points. */
const namesOf = ({ username, profile }: Named): string[][] =>
  [username, profile.displayName ?? ""].map((text) => Array.from(fold(text)).slice(0, longestName));

/** @param i 0 in the name, 1 in the display name, which is behind it */
function suffixAt(names: readonly string[][], i: number, start: number): Suffix {
  const name = names[i] ?? [];
  return {
    isInner: partOfWord.test(name[start - 1] ?? ""),
    suffix: name.slice(start, start + longestSuffix).join(""),
    position: start + (i === 0 ? 0 : (names[0]?.length ?? 0)),
  };
}

/** Each suffix of name and display name, as it is looked up. */
export function suffixesOf(user: Named): Suffix[] {
  const names = namesOf(user);
  return names.flatMap((name, i) => name.map((_, start) => suffixAt(names, i, start)));
}

/** In the order of the table. */
function compare(a: Suffix, b: Suffix): number {
  if (a.isInner !== b.isInner) return a.isInner ? 1 : -1;
  if (a.suffix !== b.suffix) return a.suffix < b.suffix ? -1 : 1;
  return a.position - b.position;
}

/**
 * Where a text is found first in the table: a user is found there, and so once. Were it another place, a page might have to
 * read over all users of a frequent name before its first hit.
 */
function firstPosition(user: Named, text: readonly string[]): number | undefined {
  const names = namesOf(user);
  const found = names.flatMap((name, i) =>
    name.flatMap((_, start) =>
      text.every((character, j) => name[start + j] === character) ? [suffixAt(names, i, start)] : [],
    ),
  );
  return found.sort(compare)[0]?.position;
}

/** How suffixes begin where this text is found. */
export const beginningOf = (typed: string): string =>
  Array.from(fold(typed)).slice(0, longestSuffix).join("");

export type UserHit = { user: User; cursor: FoundSuffix };
type Search = { text: string; after: FoundSuffix | undefined; limit: number };

/** @param text what is searched for, as it was typed */
export async function findUsers(
  db: Knex,
  applicationId: number,
  { text: typed, after, limit }: Search,
): Promise<UserHit[]> {
  const text = Array.from(fold(typed));
  const beginning = beginningOf(typed);
  const hits: UserHit[] = [];
  // Of each row the user is read: mostly no more of them are needed than there are hits.
  let rowsAtOnce = Math.min(limit, mostRowsAtOnce);
  for (const isInner of after?.isInner ? [true] : [false, true]) {
    let last = after?.isInner === isInner ? after : undefined;
    for (;;) {
      const rows = await listSuffixes(db, applicationId, {
        isInner,
        beginning,
        after: last,
        limit: rowsAtOnce,
      });
      const users = await mapUsers(db, applicationId, [...new Set(rows.map(({ number }) => number))]);
      const first = new Map([...users].map(([number, user]) => [number, firstPosition(user, text)]));
      for (const row of rows) {
        const user = users.get(row.number);
        if (user && first.get(row.number) === row.position) hits.push({ user, cursor: row });
        if (hits.length === limit) return hits;
      }
      last = rows.at(-1);
      if (rows.length < rowsAtOnce) break;
      rowsAtOnce = Math.min(2 * rowsAtOnce, mostRowsAtOnce);
    }
  }
  return hits;
}
