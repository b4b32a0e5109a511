/** Messages in six scripts, from a fixed seed: made-up words of each script, emoji between them, and planted needles. */
import { createRandom } from "../text.ts";

export type Random = ReturnType<typeof createRandom>;

const WORDS_PER_SCRIPT = 1500;
const NEEDLES_PER_SCRIPT = 20;
const PLANTED_EVERY = 100;

type Script = { letters: string; lettersAtMost: number; separator: string };

/** Chinese, Japanese and Thai have no spaces between words. */
const scripts: Script[] = [
  { letters: "abcdefghijklmnopqrstuvwxyzàéèêëíñóöőøüßçšžłÄÖÜÉ", lettersAtMost: 10, separator: " " },
  { letters: "абвгдежзийклмнопрстуфхцчшщыьэюяёАБВГД", lettersAtMost: 10, separator: " " },
  { letters: "αβγδεζηθικλμνξοπρστυφχψωςάέήίόύώΑΒΓΔ", lettersAtMost: 10, separator: " " },
  { letters: "ابتثجحخدذرزسشصضطظعغفقكلمنهويةأإآى", lettersAtMost: 8, separator: " " },
  {
    letters:
      "的一是不了人我在有他这中大来上国个到说们東京日本語アイウエオカキクケコタナハマヤラワンがぎぐげごﾀﾜｰ",
    lettersAtMost: 3,
    separator: "",
  },
  { letters: "กขคงจฉชซดตถทนบปผฝพฟมยรลวศสหอะาิีุูเแโไ่้", lettersAtMost: 6, separator: "" },
];
const emoji = ["👍", "😀", "❤️", "👩‍👩‍👧‍👦", "🏳️‍🌈", "🇩🇪"];

const pick = <T>(random: Random, list: readonly T[]): T => list[random(list.length)] as T;

function makeWords({ letters, lettersAtMost }: Script, count: number, random: Random): string[] {
  const characters = Array.from(letters);
  return Array.from({ length: count }, () =>
    Array.from({ length: 1 + random(lettersAtMost) }, () => pick(random, characters)).join(""),
  );
}

/** Words that no sentence has but those in which they are planted: three of the vocabulary's in one. */
function makeNeedles(words: readonly string[], random: Random): string[] {
  return Array.from({ length: NEEDLES_PER_SCRIPT }, () =>
    Array.from({ length: 3 }, () => pick(random, words)).join(""),
  );
}

export function makeCorpus(count: number): { contents: string[]; needles: string[] } {
  const random = createRandom(21);
  const languages = scripts.map((script) => {
    const words = makeWords(script, WORDS_PER_SCRIPT, random);
    return { ...script, words, needles: makeNeedles(words, random) };
  });
  const contents = Array.from({ length: count }, (_, i) => {
    const { words, needles, separator } = pick(random, languages);
    const parts = Array.from({ length: 4 + random(12) }, () => pick(random, words));
    if (random(10) === 0) parts.push(pick(random, emoji));
    if (i % PLANTED_EVERY === 0) parts.splice(random(parts.length), 0, pick(random, needles));
    return parts.join(separator);
  });
  return { contents, needles: languages.flatMap(({ needles }) => needles) };
}
