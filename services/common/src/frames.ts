/** What goes over a socket: frames `{type, content}`, and how it is closed. Changes look the same when they are read by HTTP. */
import type { presentSender } from "./senders.ts";

export type Frame = { type: string; content: object; id?: string | number };
/** A chat as a frame, or a reply, names it: a conversation by the other user. */
export type Place = { chat_number: number | "common" } | { user_number: number };

type Person = ReturnType<typeof presentSender>;
type Numbered = { change_number: number };
type MessageContent = Numbered & {
  message_number: number;
  message_content: string;
  sender: Person | undefined;
  created_at: string;
  edited_at: string | undefined;
};

/** A change of a chat that is not named in it. */
export type ChangeFrame =
  | { type: "message"; content: MessageContent }
  | { type: "message-updated"; content: MessageContent }
  | { type: "message-deleted"; content: Numbered & { message_number: number } }
  | { type: "join"; content: Numbered & { user: Person; role: string } }
  | { type: "leave"; content: Numbered & { user: Person } }
  | { type: "chat-updated"; content: Numbered & ({ chat_name: string | undefined } | { deleted: true }) };

/**
 * Names the chat in each, and the change before it: whoever is not at that one has missed some.
 * @param after all changes up to this one were told before
 */
export function placeChanges(place: Place, after: number, changes: readonly ChangeFrame[]): Frame[] {
  let previous = after;
  return changes.map(({ type, content }) => {
    const frame = { type, content: { ...place, ...content, previous_change: previous } };
    previous = content.change_number;
    return frame;
  });
}
