/** Where in a message the folded query is, in code points of what its author wrote. */
import { fold, isAscii } from "@parley/common/fold";

/** In code points. */
export type Highlight = { start: number; length: number };
/** What a part of a text has become. `at`: of its first code point; `length`: how many it has. */
export type Unit = { text: string; at: number; length: number };

const mostHighlights = 100;
const cachedFolds = 20_000;
const folds = new Map<string, string>();

/** Most texts are made of few characters. */
function foldCharacter(character: string): string {
  const known = folds.get(character);
  if (known !== undefined) return known;
  const folded = fold(character);
  if (folds.size < cachedFolds) folds.set(character, folded);
  return folded;
}

/** A syllable of Hangul that is written in its parts is one character; any other code point is one by itself. */
const characters =
  /[\u1100-\u115f\ua960-\ua97c]+[\u1160-\u11a7\ud7b0-\ud7c6]*[\u11a8-\u11ff\ud7cb-\ud7fb]*|./gsu;

export const charactersOf = (text: string): readonly string[] => text.match(characters) ?? [];

/** Pieces of a text one after the other, each with what it has become. */
export function toUnits(pieces: readonly (readonly [piece: string, text: string])[]): Unit[] {
  let at = 0;
  return pieces.map(([piece, text]) => {
    const unit = { text, at, length: Array.from(piece).length };
    at += unit.length;
    return unit;
  });
}

/**
 * Maps ranges of the units' joined text, in UTF-16 units and in order, to what they were made of. A unit is covered whole;
 * what became nothing, such as a mark, belongs to what is before it. Ranges that overlap become one.
 */
export function highlightUnits(
  units: readonly Unit[],
  ranges: Iterable<{ start: number; end: number }>,
): Highlight[] {
  const owners = units.flatMap(({ text }, i) => Array.from({ length: text.length }, () => i));
  const found: Highlight[] = [];
  for (const { start, end } of ranges) {
    let last = owners[end - 1] ?? 0;
    while (units[last + 1]?.text === "") last += 1;
    const from = units[owners[start] ?? 0]?.at ?? 0;
    const to = (units[last]?.at ?? 0) + (units[last]?.length ?? 0);
    const before = found.at(-1);
    if (before && from < before.start + before.length) {
      before.length = Math.max(before.start + before.length, to) - before.start;
    } else if (found.length === mostHighlights) return found;
    else found.push({ start: from, length: to - from });
  }
  return found;
}

function* occurrences(text: string, part: string): Generator<{ start: number; end: number }> {
  for (let start = text.indexOf(part); start >= 0; start = text.indexOf(part, start + part.length)) {
    yield { start, end: start + part.length };
  }
}

/** Every occurrence of a folded text, from left to right; the first hundred. */
export function findHighlights(content: string, folded: string): Highlight[] {
  if (isAscii(content)) {
    const found = occurrences(content.toLowerCase(), folded).take(mostHighlights);
    return Array.from(found, ({ start, end }) => ({ start, length: end - start }));
  }
  const units = toUnits(charactersOf(content).map((character) => [character, foldCharacter(character)]));
  return highlightUnits(units, occurrences(units.map(({ text }) => text).join(""), folded));
}
