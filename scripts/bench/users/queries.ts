/** What people type to find somebody: the beginning of a name, a part of one, and now and then what nobody is called. */
import { fold } from "@parley/common/fold";
import { createRandom } from "../text.ts";
import type { Person, Random } from "./people.ts";

export const LENGTHS = [
  [1, 1],
  [2, 2],
  [3, 3],
  [4, 8],
  [9, 20],
] as const;

export interface Query {
  text: string;
  /** Which of LENGTHS. */
  kind: number;
}

const lengthOf = (text: string): number => Array.from(text).length;

function cut(text: string, length: number, random: Random): string {
  const start = random(Math.max(1, lengthOf(text) - length + 1));
  return Array.from(text)
    .slice(start, start + length)
    .join("");
}

/** From where a word of the name begins. */
function beginning(text: string, length: number, random: Random): string {
  const words = text.split(" ");
  const from = words.slice(random(words.length)).join(" ");
  return Array.from(from).slice(0, length).join("");
}

/** With a letter that is not its own, which is seldom a name. */
function misspelt(text: string, random: Random): string {
  const characters = Array.from(text);
  characters[random(characters.length)] = Array.from("qxzjwv7ñэψ龍")[random(11)] ?? "";
  return characters.join("");
}

/** As many of each length, in turn. */
export function makeQueries(count: number, people: readonly Person[], seed: number): Query[] {
  const random = createRandom(seed);
  const pick = (): Person => people[random(people.length)] as Person;
  const makers: ((length: number) => string)[] = [
    (length) => beginning(pick().displayName, length, random),
    (length) => beginning(pick().displayName, length, random).toLowerCase(),
    (length) => beginning(pick().username, length, random),
    (length) => cut(pick().displayName, length, random),
    (length) => cut(pick().username, length, random),
    (length) => misspelt(cut(pick().username, length, random), random),
  ];
  return Array.from({ length: count }, (_, i) => {
    const kind = i % LENGTHS.length;
    const [from, to] = LENGTHS[kind] ?? [1, 1];
    for (;;) {
      const text = makers[random(makers.length)]?.(from + random(to - from + 1)) ?? "";
      // A short name gives no long part of it.
      if (lengthOf(text) >= from && fold(text).trim() !== "") return { text, kind };
    }
  });
}
