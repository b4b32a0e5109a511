/** What was written and not sent yet, of each chat: kept over reloads. */
import type { Place } from "@parley/client";
import { pathOf } from "../places.ts";

const keyOf = (token: string, place: Place): string => `parley.draft.${token}${pathOf(place)}`;

export const readDraft = (token: string, place: Place): string =>
  localStorage.getItem(keyOf(token, place)) ?? "";

export function writeDraft(token: string, place: Place, text: string): void {
  if (text === "") localStorage.removeItem(keyOf(token, place));
  else localStorage.setItem(keyOf(token, place), text);
}
