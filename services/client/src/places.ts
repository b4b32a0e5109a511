/** How a place is named in an address and in a frame. */
import type { Place, PlaceName } from "./types.ts";

/** Behind the application's address. */
export const pathOf = (place: Place): string =>
  typeof place === "object" ? `/users/${place.user}` : `/chats/${place}`;

export const nameOf = (place: Place): PlaceName =>
  typeof place === "object" ? { user_number: place.user } : { chat_number: place };

/** The same for whatever names the same place. */
export const keyOf = ({ chat_number, user_number }: PlaceName): string =>
  user_number === undefined || chat_number !== undefined ? `chat ${chat_number}` : `user ${user_number}`;
