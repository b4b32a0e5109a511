/**
 * What is known of a chat: of each message its newest state. Frames and pages may come twice, late and in any order; the
 * change number of a state says which is newer, and a change whose predecessor is not known says that some are missing.
 */
import type { ChangeFrame, Message } from "./types.ts";

/** `message` is undefined of a deleted one, whose older states must not come back. */
type Known = { change: number; message: Message | undefined };
export type Applied = "applied" | "known" | "gap";

export class ChatState {
  /** All changes up to this one are known. */
  cursor: number;
  #known = new Map<number, Known>();
  #sorted: Message[] | undefined;
  #lastNumber = 0;

  constructor(cursor = 0) {
    this.cursor = cursor;
  }

  /** In order of their numbers. */
  get messages(): readonly Message[] {
    this.#sorted ??= [...this.#known.values()]
      .flatMap(({ message }) => message ?? [])
      .sort((a, b) => a.message_number - b.message_number);
    return this.#sorted;
  }

  /** Undefined while it is not known, null where there is nothing any more. */
  get(number: number): Message | null | undefined {
    const known = this.#known.get(number);
    return known && (known.message ?? null);
  }

  /** The greatest number that is known to be given. */
  get lastNumber(): number {
    return this.#lastNumber;
  }

  /** A change that comes live, or is read. With `gap` nothing is changed: read the changes behind the cursor first. */
  apply(frame: ChangeFrame): Applied {
    const { change_number: change, previous_change: previous } = frame.content;
    if (change <= this.cursor) return "known";
    if (previous > this.cursor) return "gap";
    if (frame.type === "message-deleted") {
      this.#set(frame.content.message_number, { change, message: undefined });
    } else if (frame.type === "message" || frame.type === "message-updated") {
      this.#set(frame.content.message_number, { change, message: messageOf(frame.content) });
    }
    this.cursor = change;
    return "applied";
  }

  /** A page of history. What has no change number was not stored when it was read, so it is the oldest state. */
  merge(page: readonly Message[]): void {
    for (const message of page) {
      this.#set(message.message_number, { change: message.change_number ?? 0, message });
    }
  }

  /** A page with all there is of these numbers: those that are missing in it were deleted. */
  mergeRange(page: readonly Message[], { from, to }: { from: number; to: number }): void {
    this.merge(page);
    for (let number = from; number <= to; number += 1) {
      if (!this.#known.has(number)) this.#set(number, { change: 0, message: undefined });
    }
  }

  /** All up to there is known, by what has been applied before. */
  advance(cursor: number): void {
    this.cursor = Math.max(this.cursor, cursor);
  }

  #set(number: number, next: Known): void {
    const before = this.#known.get(number);
    if (before && before.change >= next.change) return;
    this.#known.set(number, next);
    this.#lastNumber = Math.max(this.#lastNumber, number);
    this.#sorted = undefined;
  }
}

function messageOf(content: Message): Message {
  const { message_number, message_content, sender, created_at, edited_at, change_number } = content;
  return {
    message_number,
    message_content,
    created_at,
    ...(sender && { sender }),
    ...(edited_at !== undefined && { edited_at }),
    ...(change_number !== undefined && { change_number }),
  };
}
