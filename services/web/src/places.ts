/** A chat or a conversation, as an address, a key and a title name it. */
import { pathOf, type Place, type PlaceName } from "@parley/client";

export const messagePath = (place: Place, number: number): string => `${pathOf(place)}/messages/${number}`;

export const placeOf = ({ chat_number: chat, user_number: user }: PlaceName): Place =>
  chat ?? { user: user ?? 0 };

/** What an address names; undefined for what cannot be one. */
export function parsePlace(kind: string, text: string): Place | undefined {
  const number = /^[1-9]\d{0,9}$/.test(text) ? Number(text) : undefined;
  if (kind !== "chats" && kind !== "users") return undefined;
  if (kind === "users") return number === undefined ? undefined : { user: number };
  return text === "common" ? "common" : number;
}
