/** What goes over a socket: frames `{type, content}`, and how it is closed. Changes look the same when they are read by HTTP. */
import type { z } from "zod";
import type { Change, Placed } from "./change-replies.ts";

export type Frame = { type: string; content: object; id?: string | number };
/** A chat as a frame, or a reply, names it: a conversation by the other user. */
export type Place = { chat_number: number | "common" } | { user_number: number };

type Unplaced<F> = F extends { type: infer T; content: infer C }
  ? { type: T; content: Omit<C, keyof Placed> }
  : never;
/** A change of a chat that is not named in it. */
export type ChangeFrame = Unplaced<z.input<typeof Change>>;

/**
 * Names the chat in each, and the change before it: whoever is not at that one has missed some.
 * @param after all changes up to this one were told before
 */
export function placeChanges(place: Place, after: number, changes: readonly ChangeFrame[]): Frame[] {
  let previous = after;
  return changes.map(({ type, content }) => {
    const frame = { type, content: { ...place, ...content, previous_change: previous } satisfies Placed };
    previous = content.change_number;
    return frame;
  });
}
