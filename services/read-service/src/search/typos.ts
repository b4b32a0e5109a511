/** How much a word may differ from what was typed. */
import { countCharacters } from "@parley/common/text";

/** In short words each letter counts: another one makes another word. */
export function allowedTypos(word: string): 0 | 1 | 2 {
  const length = countCharacters(word);
  if (length < 4) return 0;
  return length < 8 ? 1 : 2;
}

/**
 * Whether one word becomes the other by so many typos: a letter left out, added, exchanged for another, or two
 * neighbours swapped (optimal string alignment).
 */
export function isWithin(word: string, other: string, typos: number): boolean {
  if (word === other) return true;
  const [a, b] = [Array.from(word), Array.from(other)];
  if (Math.abs(a.length - b.length) > typos) return false;
  let twoBefore: number[] = [];
  let before = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const isSame = a[i - 1] === b[j - 1];
      const costs = [
        (before[j] ?? 0) + 1,
        (row[j - 1] ?? 0) + 1,
        (before[j - 1] ?? 0) + (isSame ? 0 : 1),
        ...(a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? [(twoBefore[j - 2] ?? 0) + 1] : []),
      ];
      row.push(Math.min(...costs));
    }
    if (Math.min(...row) > typos) return false;
    [twoBefore, before] = [before, row];
  }
  return (before[b.length] ?? Infinity) <= typos;
}
