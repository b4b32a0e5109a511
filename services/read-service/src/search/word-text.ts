/** What of a text is analyzed for its words. */
import { fold } from "@parley/common/fold";

export function wordText(text: string): string {
  return fold(text).normalize("NFC");
}
