/** Messages to send: made-up words from a seeded generator, so that every run sends the same. */

const ONSETS = "bcdfghjklmnprstvwz";
const VOWELS = "aeiou";
const CODAS = ["", "", "l", "n", "r", "s", "t"];
const VOCABULARY_WORDS = 2000;
const WORDS_PER_MESSAGE = 12;

/** Gives whole numbers from 0 to below `limit` (the algorithm is known as mulberry32). */
export function createRandom(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
  };
}

type Random = ReturnType<typeof createRandom>;

const pick = (random: Random, list: string | readonly string[]): string => list[random(list.length)] ?? "";
const syllable = (random: Random): string =>
  pick(random, ONSETS) + pick(random, VOWELS) + pick(random, CODAS);
const word = (random: Random, syllables: number): string =>
  Array.from({ length: syllables }, () => syllable(random)).join("");

const vocabularyRandom = createRandom(1);
const vocabulary = Array.from({ length: VOCABULARY_WORDS }, () =>
  word(vocabularyRandom, 1 + vocabularyRandom(4)),
);

/** About 80 characters. */
export function sentence(random: Random): string {
  return Array.from({ length: WORDS_PER_MESSAGE }, () => pick(random, vocabulary)).join(" ");
}

/** Parts of words that no word of a sentence contains, made of the same syllables. */
export function makeNeedles(count: number): string[] {
  const random = createRandom(2);
  const needles = new Set<string>();
  while (needles.size < count) {
    const candidate = word(random, 2);
    if (!vocabulary.some((known) => known.includes(candidate))) needles.add(candidate);
  }
  return [...needles];
}
