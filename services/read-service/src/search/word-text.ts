/** What of a text is analyzed for its words, and where in the text they are. */
import { fold } from "@parley/common/fold";
import { highlightUnits, type Highlight, type Unit } from "./highlight.ts";

/** Scripts that put no space between words, which the analyzer does not know to separate. */
const unspaced = /([\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]+)/u;
const segmenter = new Intl.Segmenter("th", { granularity: "word" });
/** A syllable of Hangul in its parts is composed to one character; any other character stands for itself. */
const characters =
  /[\u1100-\u115f\ua960-\ua97c]+[\u1160-\u11a7\ud7b0-\ud7c6]*[\u11a8-\u11ff\ud7cb-\ud7fb]*|./gsu;

const foldComposed = (text: string): string => fold(text).normalize("NFC");
const wordsOf = (run: string): string[] => [...segmenter.segment(run)].map(({ segment }) => segment);

/** With spaces between the words of every script; folded, and composed, so that Hangul is syllables again. */
export function wordText(text: string): string {
  if (!unspaced.test(text)) return foldComposed(text);
  // Every second part is a run of such a script.
  const parts = text.split(unspaced).map((part, i) => (i % 2 ? wordsOf(part).join(" ") : part));
  return foldComposed(parts.join(""));
}

/** What `wordText` is made of. */
function unitsOf(content: string): Unit[] {
  const units: Unit[] = [];
  let at = 0;
  const add = (text: string): void => {
    const length = Array.from(text).length;
    units.push({ text: foldComposed(text), at, length });
    at += length;
  };
  for (const [i, part] of content.split(unspaced).entries()) {
    const pieces = i % 2 ? wordsOf(part) : (part.match(characters) ?? []);
    for (const [j, piece] of pieces.entries()) {
      if (i % 2 && j > 0) units.push({ text: " ", at, length: 0 });
      add(piece);
    }
  }
  return units;
}

/** Where tokens are, given by their UTF-16 offsets in `wordText(content)`. */
export function highlightTokens(
  content: string,
  tokens: readonly { start: number; end: number }[],
): Highlight[] {
  if (tokens.length === 0) return [];
  const inOrder = tokens.toSorted((a, b) => a.start - b.start || b.end - a.end);
  return highlightUnits(unitsOf(content), inOrder);
}
