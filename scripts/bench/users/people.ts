/** Made-up people from a fixed seed, with a user name each that nobody else has: the users of an application. */
import { fold } from "@parley/common/fold";
import { createRandom } from "../text.ts";
import { languages, type Language } from "./names.ts";

export interface Person {
  username: string;
  displayName: string;
}

/** All the users of an application. */
export interface Crowd {
  token: string;
  applicationId: number;
  /** The user of number n is the nth. */
  people: Person[];
}

export type Random = ReturnType<typeof createRandom>;

const FINE = 1 << 20;
/** Of a hundred people, how many have two last names joined by a hyphen. */
const JOINED = 12;

const shares = languages.flatMap((language) => Array.from({ length: language.share }, () => language));

/** The first ones far more often than the last. */
function pickFrequent(random: Random, list: readonly string[]): string {
  return list[Math.floor(list.length * (random(FINE) / FINE) ** 1.7)] ?? "";
}

function pickLast(random: Random, { lasts }: Language): string {
  const last = pickFrequent(random, lasts);
  return random(100) < JOINED ? `${last}-${pickFrequent(random, lasts)}` : last;
}

export function makePeople(count: number): Person[] {
  const random = createRandom(31);
  const taken = new Set<string>();
  return Array.from({ length: count }, () => {
    const language = shares[random(shares.length)] as Language;
    const first = pickFrequent(random, language.firsts);
    const last = pickLast(random, language);
    // As in a company's directory, the hardest case: whoever is found by a name is found by the other as well.
    const name = fold(`${first}.${last}`);
    let username = random(2) === 0 ? name : `${name}${1 + random(99)}`;
    while (taken.has(username)) username = `${name}${1 + random(99_999)}`;
    taken.add(username);
    return { username, displayName: language.write(first, last, pickFrequent(random, language.lasts)) };
  });
}
