/** What search takes as equal: used for what is indexed, for queries, and for what is not indexed yet. */

/**
 * Without case, marks and width: `Ｃafé` and `CAFE` fold to `cafe`, `ß` to `ss`, every sigma to `σ`.
 * Lower, upper and lower case in turn come closest to Unicode's full case folding.
 */
export function fold(text: string): string {
  return text
    .normalize("NFKD")
    .replace(/\p{M}+/gu, "")
    .toLowerCase()
    .toUpperCase()
    .toLowerCase()
    .replaceAll("ς", "σ")
    .normalize("NFKD")
    .replace(/\p{M}+/gu, "");
}
