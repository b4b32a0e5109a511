/**
 * A chat's number as the services know it: 1 and up for chats, 0 for the common chat, below 0 for the conversations of two
 * users. In MySQL each kind has numbers of its own.
 */

export type ChatKind = "chat" | "common" | "direct";

export const commonChat = 0;

/** As the API tells it. */
export const publicChatNumber = (chat: number): number | "common" => (chat === commonChat ? "common" : chat);

export function kindOfChat(chat: number): ChatKind {
  if (chat === commonChat) return "common";
  return chat > 0 ? "chat" : "direct";
}
