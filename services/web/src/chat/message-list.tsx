/**
 * All messages of a chat, of which the page holds those that are seen. Since numbers have no gaps, a place in the list is a
 * number, and what is scrolled to is read from there, wherever in the chat that is.
 */
import type { LiveChat } from "@parley/client";
import { useVirtualizer } from "@tanstack/react-virtual";
import { ArrowDown } from "lucide-react";
import { useEffect, useRef, useState, type KeyboardEvent, type ReactNode } from "react";
import { nameOf } from "../avatar.tsx";
import { useOpen } from "../parley.tsx";
import { Button } from "../ui.tsx";
import { MessageRow, OutgoingRow, type Editing } from "./message.tsx";

const likelyHeight = 64;
const blockSize = 50;

type Props = {
  chat: LiveChat;
  /** A number to begin at, instead of the newest message. */
  jumpTo: number | undefined;
  /** All up to this one were read before. */
  lastRead: number | undefined;
  editing: Editing | undefined;
  onEdit: (editing: Editing | undefined) => void;
  onReadTo: (number: number) => void;
};
export function MessageList({ chat, jumpTo, lastRead, editing, onEdit, onReadTo }: Props) {
  const scroller = useRef<HTMLDivElement>(null);
  const last = chat.lastNumber;
  const list = useVirtualizer({
    count: last + chat.outgoing.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => likelyHeight,
    getItemKey: (i) => (i < last ? i + 1 : (chat.outgoing[i - last]?.key ?? i)),
    overscan: 6,
    anchorTo: "end",
    followOnAppend: true,
    scrollEndThreshold: 100,
    paddingStart: 12,
    paddingEnd: 12,
  });
  const items = list.getVirtualItems();
  useLoading(
    chat,
    items.map(({ index }) => index + 1).filter((number) => number <= last),
  );

  useEffect(() => {
    const start = jumpTo ?? (lastRead !== undefined && lastRead < last ? lastRead + 1 : undefined);
    if (start === undefined || start > last) list.scrollToEnd();
    else list.scrollToIndex(start - 1, { align: "center" });
  }, [jumpTo]);

  const waiting = chat.outgoing.length;
  const waited = useRef(0);
  useEffect(() => {
    // One's own is looked at, wherever one was.
    if (waiting > waited.current) list.scrollToEnd();
    waited.current = waiting;
  }, [waiting]);

  useEffect(() => {
    if (editing) list.scrollToIndex(editing.number - 1);
  }, [editing?.number]);

  const isAtEnd = (list.range?.endIndex ?? -1) >= last - 1;
  useEffect(() => {
    const tell = (): void => {
      if (isAtEnd && document.visibilityState === "visible") onReadTo(last);
    };
    tell();
    document.addEventListener("visibilitychange", tell);
    return () => document.removeEventListener("visibilitychange", tell);
  }, [isAtEnd, last]);

  /** At once: the browser's own way there is long, and ends where rows change their height. */
  function onKeyDown(event: KeyboardEvent): void {
    if (event.target !== scroller.current || !["Home", "End"].includes(event.key)) return;
    event.preventDefault();
    if (event.key === "Home") list.scrollToIndex(0);
    else list.scrollToEnd();
  }

  function show(index: number): ReactNode {
    const number = index + 1;
    if (number > last) {
      const outgoing = chat.outgoing[index - last];
      return outgoing && <OutgoingRow chat={chat} outgoing={outgoing} />;
    }
    const message = chat.get(number);
    if (message === undefined) return <div className="h-16" aria-hidden />;
    if (message === null) return <Gone number={number} />;
    return (
      <MessageRow
        chat={chat}
        message={message}
        isPointedAt={number === jumpTo}
        editing={number === editing?.number ? editing : undefined}
        onEdit={onEdit}
      />
    );
  }

  return (
    <div className="relative min-h-0 grow">
      <div
        ref={scroller}
        role="log"
        onKeyDown={onKeyDown}
        aria-label="Messages"
        // What is scrolled to is no news; News tells of what is.
        aria-live="off"
        tabIndex={0}
        className="h-full overflow-y-auto overscroll-contain outline-offset-[-2px]"
      >
        <div className="relative w-full" style={{ height: list.getTotalSize() }}>
          {items.map(({ key, index, start }) => (
            <div
              key={key}
              ref={list.measureElement}
              data-index={index}
              className="absolute top-0 left-0 w-full"
              style={{ transform: `translateY(${start}px)` }}
            >
              {lastRead !== undefined && lastRead > 0 && index === lastRead && <NewFromHere />}
              {show(index)}
            </div>
          ))}
        </div>
        {last + chat.outgoing.length === 0 && (
          <p className="p-8 text-center text-sm text-zinc-600 dark:text-zinc-400">
            Nobody has written here yet.
          </p>
        )}
      </div>
      <News chat={chat} />
      {!isAtEnd && (
        <Button
          className="absolute right-4 bottom-4 bg-white shadow-md dark:bg-zinc-800"
          onClick={() => list.scrollToEnd()}
        >
          <ArrowDown className="size-4" aria-hidden /> Newest
        </Button>
      )}
    </div>
  );
}

/** Reads the blocks of what is seen and not known yet. */
function useLoading(chat: LiveChat, seen: readonly number[]): void {
  const { parley } = useOpen();
  const [connections, setConnections] = useState(0);
  // What could not be read is asked for again.
  useEffect(
    () => parley.live.on("status", (status) => status === "online" && setConnections((n) => n + 1)),
    [parley],
  );
  const asked = useRef(new Set<number>());
  const missing = seen.filter((number) => chat.get(number) === undefined);
  const blocks = [...new Set(missing.map((number) => Math.floor((number - 1) / blockSize)))];
  useEffect(() => {
    for (const block of blocks) {
      if (asked.current.has(block)) continue;
      asked.current.add(block);
      const from = block * blockSize + 1;
      chat
        .loadRange(from, Math.min(from + blockSize - 1, chat.lastNumber))
        .catch(() => undefined)
        .finally(() => asked.current.delete(block));
    }
  }, [chat, blocks.join(), connections]);
}

/** For those who hear the page: the newest message, as it comes. */
function News({ chat }: { chat: LiveChat }) {
  const first = useRef(chat.lastNumber);
  const newest = chat.lastNumber > first.current ? chat.get(chat.lastNumber) : undefined;
  return (
    <p className="sr-only" aria-live="polite">
      {newest && `${nameOf(newest.sender)}: ${newest.message_content}`}
    </p>
  );
}

function Gone({ number }: { number: number }) {
  return (
    <p className="px-16 py-1 text-xs text-zinc-600 italic dark:text-zinc-400">
      Message {number} was deleted.
    </p>
  );
}

function NewFromHere() {
  return (
    <div
      role="separator"
      aria-label="New messages"
      className="flex items-center gap-3 px-4 py-1 text-xs font-semibold text-red-700 dark:text-red-300"
    >
      <span className="h-px grow bg-current" /> New
    </div>
  );
}
