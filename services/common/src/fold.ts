/** What search takes as equal: used for what is indexed, for queries, for what is not indexed yet, and for highlights. */

const marks = /\p{M}+/gu;
const ascii = /^[\0-\u007f]*$/; // oxlint-disable-line no-control-regex

/** Then `fold` does not move anything: it is in lower case, and that is all. */
export const isAscii = (text: string): boolean => ascii.test(text);

/**
 * Without case, marks and width: `Ｃafé` and `CAFE` fold to `cafe`, `ß` and `ẞ` to `ss`, every sigma to `σ`. The Turkish
 * `İ`, `ı` and `I` all fold to `i`: the language of a message is not known, and who types one means any. Vowel signs that
 * Unicode counts as marks, as in Thai or Devanagari, are left out as well.
 *
 * Code point by code point: `fold(a + b)` is `fold(a) + fold(b)`. Lower, upper and lower case in turn are Unicode's full
 * case folding.
 */
export function fold(text: string): string {
  if (isAscii(text)) return text.toLowerCase();
  return text
    .normalize("NFKD")
    .replace(marks, "")
    .toLowerCase()
    .toUpperCase()
    .toLowerCase()
    .replaceAll("ς", "σ")
    .normalize("NFKD")
    .replace(marks, "");
}
