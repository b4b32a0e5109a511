/** What of a text is analyzed for its words. */
import { fold } from "@parley/common/fold";

export function wordText(text: string): string {
  return fold(text).normalize("NFC");
}
export function highlightTokens(
  _content: string,
  _tokens: readonly { start: number; end: number }[],
): { start: number; length: number }[] {
  return [];
}
