/** What people type: parts of messages that begin and end anywhere, in another case, planted needles, and nothing that is there. */
import { fold } from "@parley/common/fold";
import { createRandom } from "../text.ts";
import type { Random } from "./corpus.ts";

const LONGEST = 30;

function cut(text: string, length: number, random: Random): string {
  const characters = Array.from(text);
  const start = random(Math.max(1, characters.length - length + 1));
  return characters.slice(start, start + length).join("");
}

/** @param contents what the parts are cut out of */
export function makeQueries(
  count: number,
  { contents, needles }: { contents: readonly string[]; needles: readonly string[] },
): string[] {
  const random = createRandom(22);
  const pick = (list: readonly string[]): string => list[random(list.length)] ?? "";
  const makers: ((length: number) => string)[] = [
    (length: number) => cut(pick(contents), length, random),
    (length: number) => cut(pick(contents), length, random).toUpperCase(),
    (length: number) => cut(pick(contents), length, random).normalize("NFD"),
    () => pick(needles),
    (length: number) => cut(`${pick(needles)}${pick(needles)}`, length, random),
  ];
  const queries: string[] = [];
  while (queries.length < count) {
    const query = makers[random(makers.length)]?.(1 + random(LONGEST)) ?? "";
    if (fold(query).trim() !== "" && Array.from(query).length <= LONGEST) queries.push(query);
  }
  return queries;
}
