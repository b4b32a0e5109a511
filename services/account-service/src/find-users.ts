/** User search: any part of a name or display name, beginnings of words first. */
import { fold } from "@parley/common/fold";
import type { Knex } from "knex";
import { mapUsers, type User } from "./queries/users.ts";
import { listSuffixes, longestSuffix, type FoundSuffix, type Suffix } from "./queries/user-suffixes.ts";

const rowsAtOnce = 200;
const partOfWord = /[\p{L}\p{N}]/u;

/** Each suffix of name and display name, in full. */
export function suffixesOf({ username, profile }: Pick<User, "username" | "profile">): Suffix[] {
  const texts = [username, profile.displayName ?? ""].map((text) => Array.from(fold(text)));
  return texts.flatMap((characters, i) =>
    characters.map((_, start) => ({
      isInner: start > 0 && partOfWord.test(characters[start - 1] ?? ""),
      suffix: characters.slice(start).join(""),
      position: start + (i === 0 ? 0 : (texts[0]?.length ?? 0)),
    })),
  );
}

/** A user may be found in several places; the best one counts, so that each is found once. */
function isBest(found: FoundSuffix, user: User, text: string): boolean {
  const [best] = suffixesOf(user)
    .filter(({ suffix }) => suffix.startsWith(text))
    .sort((a, b) => Number(a.isInner) - Number(b.isInner) || a.position - b.position);
  return best?.position === found.position;
}

export type UserHit = { user: User; cursor: FoundSuffix };
type Search = { text: string; after: FoundSuffix | undefined; limit: number };

/** @param text what is searched for, as it was typed */
export async function findUsers(
  db: Knex,
  applicationId: number,
  { text: typed, after, limit }: Search,
): Promise<UserHit[]> {
  const text = fold(typed);
  const beginning = Array.from(text).slice(0, longestSuffix).join("");
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
      const users = await mapUsers(
        db,
        applicationId,
        rows.map(({ number }) => number),
      );
      for (const row of rows) {
        const user = users.get(row.number);
        if (user && isBest(row, user, text)) hits.push({ user, cursor: row });
        if (hits.length === limit) return hits;
      }
      last = rows.at(-1);
      if (rows.length < rowsAtOnce) break;
    }
  }
  return hits;
}
