/** A chat that stays as it is on the server: live changes, what was missed, older pages, and what is being sent. */
import type { Api } from "./api.ts";
import { ChatState } from "./chat-state.ts";
import { ParleyError } from "./errors.ts";
import { jittered, pause } from "./http.ts";
import { createOutbox, type Outgoing, type Unsent } from "./outbox.ts";
import { nameOf } from "./places.ts";
import type { ChangeFrame, CreatedMessage, Message, Person, Place } from "./types.ts";

export type LiveChat = ReturnType<typeof createLiveChat>;
/** By a socket; rejects with a ParleyError. */
export type Ask = (type: string, content: object) => Promise<Record<string, unknown>>;
type Options = {
  api: Api;
  place: Place;
  unsent: readonly Unsent[];
  ask: Ask;
  /** Resolves when there is a connection. */
  online: () => Promise<void>;
  /** What is shown has changed; `frame`: by that change. */
  onChange: (frame?: ChangeFrame) => void;
};

/** Longer ones go by HTTP: a frame may have 64 KiB. */
const longestInFrame = 16_000;
const pageSize = 50;

export function createLiveChat({ api, place, unsent, ask, online, onChange }: Options) {
  const name = nameOf(place);
  const state = new ChatState();
  let present: number[] = [];
  let isConnected = false;
  let isEnded = false;
  let waiting: ChangeFrame[] = [];
  let catchingUp: Promise<void> | undefined;

  async function send(content: string, key: string): Promise<CreatedMessage> {
    if (content.length > longestInFrame) return api.messages.send(place, content, { key });
    return (await ask("send-message", { ...name, message_content: content, key })) as CreatedMessage;
  }

  const outbox = createOutbox({
    unsent,
    send,
    ready: online,
    // Shown under its number from now on; the live frame says the rest.
    onSent: ({ message_number, message_content, sender }) =>
      state.merge([
        {
          message_number,
          message_content,
          ...(sender && { sender }),
          created_at: new Date().toISOString(),
        },
      ]),
    onChange: () => onChange(),
  });

  function take(frame: ChangeFrame): void {
    const applied = state.apply(frame);
    if (applied === "gap") {
      waiting.push(frame);
      void catchUp();
    }
    if (applied !== "applied") return;
    if ("deleted" in frame.content) isEnded = true;
    onChange(frame);
  }

  async function readChanges(): Promise<void> {
    for (;;) {
      const { changes, through, isLast } = await api.messages.changes(place, state.cursor);
      for (const frame of changes) {
        if (state.apply(frame) === "applied") onChange(frame);
      }
      state.advance(through);
      if (isLast) return;
    }
  }

  /** What waits for it would ask again at once. A head that comes later does, too, unless the chat is there no more. */
  function giveUp(err: unknown): void {
    waiting = [];
    if (!(err instanceof ParleyError) || ![403, 404, 410].includes(err.status)) return;
    isEnded = true;
    onChange();
  }

  /** Reads what is missing; live frames wait until it is there. */
  function catchUp(): Promise<void> {
    catchingUp ??= (async () => {
      for (let attempt = 0; !isEnded; attempt += 1) {
        try {
          await readChanges();
          break;
        } catch (err) {
          if (!(err instanceof ParleyError && err.isTemporary)) return giveUp(err);
          await pause(jittered(attempt, 500, 10_000));
        }
      }
    })().finally(() => {
      catchingUp = undefined;
      const frames = waiting;
      waiting = [];
      for (const frame of frames) take(frame);
    });
    return catchingUp;
  }

  return {
    place,
    name,
    /** What is shown, in order of number; then what is being sent. */
    get messages(): readonly Message[] {
      return state.messages;
    },
    get outgoing(): readonly Outgoing[] {
      return outbox.messages;
    },
    /** Numbers of the users who are there. */
    get present(): readonly number[] {
      return present;
    },
    /** The chat was deleted, or the caller is a member no more. */
    get isEnded(): boolean {
      return isEnded;
    },
    get cursor(): number {
      return state.cursor;
    },
    get isConnected(): boolean {
      return isConnected;
    },

    /** Shown at once, and sent as soon as that can be done. */
    send: (content: string): Outgoing => outbox.add(content),
    retry: (key: string): void => outbox.retry(key),
    discard: (key: string): void => outbox.discard(key),
    async edit(number: number, content: string): Promise<void> {
      if (content.length > longestInFrame) await api.messages.edit(place, number, content);
      else await ask("update-message", { ...name, message_number: number, message_content: content });
    },
    delete: (number: number) => ask("delete-message", { ...name, message_number: number }),
    read: (number: number) => ask("read", { ...name, message_number: number }),
    typing: () => ask("typing", name),

    /** One message, by its number: undefined while it is not loaded, null where it was deleted. */
    get: (number: number): Message | null | undefined => state.get(number),
    /** The greatest number that is known. */
    get lastNumber(): number {
      return state.lastNumber;
    },
    /** All messages from one number to another, 200 at most. */
    async loadRange(from: number, to: number): Promise<void> {
      const page = await api.messages.page(place, {
        after: from - 1,
        before: to + 1,
        limit: to - from + 1,
        change_numbers: true,
      });
      state.mergeRange(page, { from, to });
      onChange();
    },

    /** Some messages before the oldest that is known. Gives whether there are more. */
    async loadOlder(limit = pageSize): Promise<boolean> {
      const before = state.messages[0]?.message_number;
      const page = await api.messages.page(place, {
        order: "desc",
        limit,
        change_numbers: true,
        ...(before && { before }),
      });
      state.merge(page);
      if (page.length > 0) onChange();
      return page.length === limit;
    },

    /** For live.ts. */
    internals: {
      take,
      /** By a frame that says how far the chat has come. */
      onHead: (head: number): void => void (head > state.cursor && catchUp()),
      onConnected(head: number, there: number[] | undefined): void {
        // The first time: what was before is read by pages.
        if (!isConnected) state.advance(head);
        isConnected = true;
        present = there ?? present;
      },
      onPresence(user: Person, status: string): void {
        const others = present.filter((number) => number !== user.user_number);
        present = status === "online" ? [...others, user.user_number] : others;
        onChange();
      },
      end(): void {
        isEnded = true;
        onChange();
      },
      flush: (): void => outbox.flush(),
      stop: (): void => outbox.stop(),
    },
  };
}
