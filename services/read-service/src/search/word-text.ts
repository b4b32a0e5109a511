/** What of a text is analyzed for its words, and where in the text they are. */
import { fold } from "@parley/common/fold";
import { charactersOf, highlightUnits, toUnits, type Highlight, type Unit } from "./highlight.ts";

/** Scripts that put no space between words, which the analyzer does not know to separate. */
const unspaced = /([\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]+)/u;
const segmenter = new Intl.Segmenter("th", { granularity: "word" });
const foldComposed = (text: string): string => fold(text).normalize("NFC");
const wordsOf = (run: string): string[] => [...segmenter.segment(run)].map(({ segment }) => segment);

/** With spaces between the words of every script; folded, and composed, so that Hangul is syllables again. */
export function wordText(text: string): string {
  if (!unspaced.test(text)) return foldComposed(text);
  // Every second part is a run of such a script.
  const parts = text.split(unspaced).map((part, i) => (i % 2 ? wordsOf(part).join(" ") : part));
  return foldComposed(parts.join(""));
}

type Piece = readonly [piece: string, text: string];

/** Words with the space that is put behind all but the last. */
function toWordPieces(run: string): Piece[] {
  const words = wordsOf(run);
  return words.map((word, i) => [word, foldComposed(word) + (i < words.length - 1 ? " " : "")]);
}

const toCharacterPieces = (text: string): Piece[] =>
  charactersOf(text).map((character) => [character, foldComposed(character)]);

/** What `wordText` is made of: words of such scripts, and characters. */
function unitsOf(content: string): Unit[] {
  const parts = content.split(unspaced);
  return toUnits(parts.flatMap((part, i) => (i % 2 ? toWordPieces(part) : toCharacterPieces(part))));
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
