/** Where a message is written: Enter sends it, Shift and Enter begin a new line, and an arrow up changes the last one. */
import type { LiveChat } from "@parley/client";
import { SendHorizontal } from "lucide-react";
import { useEffect, useRef, useState, type KeyboardEvent } from "react";
import { useOpen } from "../parley.tsx";
import { readDraft, writeDraft } from "./kept.ts";

const typingEveryMs = 3000;
const longestBytes = 65_535;
const tellFromBytes = 60_000;
const bytesOf = (text: string): number => new TextEncoder().encode(text).length;

type Props = { chat: LiveChat; onEditLast: () => void };
export function Composer({ chat, onEditLast }: Props) {
  const { token, me } = useOpen();
  const writer = { token, user: me?.user_number ?? 0 };
  const [text, setText] = useState(() => readDraft(writer, chat.place));
  const toldTyping = useRef(0);
  const field = useRef<HTMLTextAreaElement>(null);
  const bytes = bytesOf(text);
  const maySend = text.trim() !== "" && bytes <= longestBytes;
  useEffect(() => writeDraft(writer, chat.place, text), [text]);

  function write(next: string): void {
    setText(next);
    if (next === "" || !me || Date.now() - toldTyping.current < typingEveryMs) return;
    toldTyping.current = Date.now();
    chat.typing().catch(() => undefined);
  }

  function send(): void {
    if (!maySend) return;
    chat.send(text);
    setText("");
    toldTyping.current = 0;
    field.current?.focus();
  }

  function onKeyDown(event: KeyboardEvent): void {
    // With an input method Enter ends the word.
    if (event.key === "Enter" && !event.shiftKey && !event.nativeEvent.isComposing) {
      event.preventDefault();
      send();
    }
    if (event.key === "ArrowUp" && text === "") {
      event.preventDefault();
      onEditLast();
    }
  }

  return (
    <form
      className="border-t border-zinc-200 p-3 dark:border-zinc-700"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <div className="flex items-end gap-2 rounded-xl border border-zinc-300 p-1 focus-within:border-indigo-500 dark:border-zinc-600">
        <textarea
          ref={field}
          aria-label="Message"
          placeholder="Write a message"
          dir="auto"
          rows={1}
          value={text}
          onChange={(event) => write(event.target.value)}
          onKeyDown={onKeyDown}
          className="field-sizing-content max-h-48 min-h-9 grow resize-none bg-transparent px-3 py-2 text-sm outline-none placeholder:text-zinc-500 dark:placeholder:text-zinc-400"
        />
        <button
          type="submit"
          aria-label="Send"
          title="Send"
          disabled={!maySend}
          className="inline-flex size-9 shrink-0 items-center justify-center rounded-lg bg-accent text-white hover:bg-accent-strong disabled:opacity-40"
        >
          <SendHorizontal className="size-5 rtl:rotate-180" />
        </button>
      </div>
      {bytes > tellFromBytes && (
        <p role="status" className="pt-1 text-xs">
          {bytes > longestBytes
            ? `Too long by ${(bytes - longestBytes).toLocaleString()} bytes.`
            : `${(longestBytes - bytes).toLocaleString()} bytes are left.`}
        </p>
      )}
    </form>
  );
}
