/** User search: any part of a name or display name, beginnings of words first. */
import { fold } from "@parley/common/fold";
import type { Knex } from "knex";
import { mapUsers, type User } from "./queries/users.ts";
import { listSuffixes, longestSuffix, type FoundSuffix, type Suffix } from "./queries/user-suffixes.ts";

const rowsAtOnce = 200;
/** Of a folded name: one character may fold to many. */
const longestName = 320;
const partOfWord = /[\p{L}\p{N}]/u;

type Named = Pick<User, "username" | "profile">;

/** What of a user is looked through, in code points. */
const namesOf = ({ username, profile }: Named): string[][] =>
  [username, profile.displayName ?? ""].map((text) => Array.from(fold(text)).slice(0, longestName));

const isInside = (name: readonly string[], start: number): boolean =>
  start > 0 && partOfWord.test(name[start - 1] ?? "");

/** Each suffix of name and display name, as it is looked up. */
export function suffixesOf(user: Named): Suffix[] {
  const names = namesOf(user);
  return names.flatMap((name, i) =>
    name.map((_, start) => ({
      isInner: isInside(name, start),
      suffix: name.slice(start, start + longestSuffix).join(""),
      position: start + (i === 0 ? 0 : (names[0]?.length ?? 0)),
    })),
  );
}

/** Where a text is found first, beginnings of words before all else: a user is found there, and so once. */
function bestPosition(user: Named, text: readonly string[]): number | undefined {
  const names = namesOf(user);
  let inner: number | undefined;
  let before = 0;
  for (const name of names) {
    for (let start = 0; start + text.length <= name.length; start += 1) {
      if (!text.every((character, i) => name[start + i] === character)) continue;
      if (!isInside(name, start)) return before + start;
      inner ??= before + start;
    }
    before += name.length;
  }
  return inner;
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
      const best = new Map([...users].map(([number, user]) => [number, bestPosition(user, text)]));
      for (const row of rows) {
        const user = users.get(row.number);
        if (user && best.get(row.number) === row.position) hits.push({ user, cursor: row });
        if (hits.length === limit) return hits;
      }
      last = rows.at(-1);
      if (rows.length < rowsAtOnce) break;
    }
  }
  return hits;
}
