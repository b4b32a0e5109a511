/** Messages on their way: shown at once, sent in order, and sent again under their key until it is known what became of them. */
import { ParleyError, type Problem } from "./errors.ts";
import { jittered, pause } from "./http.ts";
import { createKey } from "./keys.ts";
import type { CreatedMessage } from "./types.ts";

/** `failed`: it was refused for good, as `problem` says. */
export type Outgoing = { key: string; content: string; status: "sending" | "failed"; problem?: Problem };
/** What there is to know of one to send it again after a restart. */
export type Unsent = Pick<Outgoing, "key" | "content">;
type Options = {
  /** From before, under their old keys: what was sent after all is not sent twice. */
  unsent: readonly Unsent[];
  send: (content: string, key: string) => Promise<CreatedMessage>;
  /** Resolves when it is worth trying. */
  ready: () => Promise<void>;
  onSent: (sent: CreatedMessage, outgoing: Outgoing) => void;
  onChange: () => void;
};
export type Outbox = ReturnType<typeof createOutbox>;

const firstPauseMs = 500;
const longestPauseMs = 10_000;

export function createOutbox({ unsent, send, ready, onSent, onChange }: Options) {
  let messages: Outgoing[] = unsent.map(({ key, content }) => ({ key, content, status: "sending" }));
  let working = false;
  let stopped = false;

  function replace(old: Outgoing, next?: Outgoing): void {
    messages = messages.flatMap((one) => (one === old ? (next ?? []) : one));
    onChange();
  }

  async function sendOne(outgoing: Outgoing): Promise<void> {
    for (let attempt = 0; !stopped; attempt += 1) {
      // Closed, or logged out: it waits for the next connection.
      const isReady = await ready().then(
        () => true,
        () => false,
      );
      if (!isReady || stopped) return;
      try {
        const sent = await send(outgoing.content, outgoing.key);
        onSent(sent, outgoing);
        return replace(outgoing);
      } catch (err) {
        if (!(err instanceof ParleyError)) throw err;
        const { isTemporary, problem } = err;
        if (!isTemporary) return replace(outgoing, { ...outgoing, status: "failed", problem });
        await pause(jittered(attempt, firstPauseMs, longestPauseMs));
      }
    }
  }

  async function work(): Promise<void> {
    if (working) return;
    working = true;
    try {
      for (;;) {
        const next = messages.find(({ status }) => status === "sending");
        if (!next || stopped) return;
        await sendOne(next);
        if (messages.includes(next)) return;
      }
    } finally {
      working = false;
    }
  }

  return {
    get messages(): readonly Outgoing[] {
      return messages;
    },
    /** Goes on with what waits. */
    flush: (): void => void work(),
    add(content: string): Outgoing {
      const outgoing: Outgoing = { key: createKey(), content, status: "sending" };
      messages = [...messages, outgoing];
      onChange();
      void work();
      return outgoing;
    },
    /** A failed one, under its old key. */
    retry(key: string): void {
      const failed = messages.find((one) => one.key === key && one.status === "failed");
      if (!failed) return;
      replace(failed, { key, content: failed.content, status: "sending" });
      void work();
    },
    discard(key: string): void {
      const failed = messages.find((one) => one.key === key && one.status === "failed");
      if (failed) replace(failed);
    },
    stop(): void {
      stopped = true;
    },
  };
}
