/** One chat or conversation: its head, its messages, and where the next one is written. */
import type { Person, Place } from "@parley/client";
import { useRef, useState } from "react";
import { nameOf } from "../avatar.tsx";
import { useOpen } from "../parley.tsx";
import { Spinner, Trouble } from "../ui.tsx";
import type { UnreadState } from "../use-unread.ts";
import { ChatHeader } from "./chat-header.tsx";
import { Composer } from "./composer.tsx";
import { MessageList } from "./message-list.tsx";
import type { Editing } from "./message.tsx";
import { useLiveChat, useTyping } from "./use-live-chat.ts";

type Props = { place: Place; unread: UnreadState; jumpTo: number | undefined };
export function ChatPage({ place, unread, jumpTo }: Props) {
  const { me } = useOpen();
  const { chat, error, retry } = useLiveChat(place);
  const typing = useTyping(chat);
  const [editing, setEditing] = useState<Editing>();
  // As it was when the page was opened.
  const [start, setStart] = useState<{ lastRead: number | undefined }>();
  const pointer = useRef(0);
  if (unread.isKnown && !start) {
    const own = unread.of(place);
    setStart({ lastRead: own && own.unread > 0 ? own.last_read : undefined });
  }

  function editLast(): void {
    const own = me && chat?.messages.findLast((one) => one.sender?.user_number === me.user_number);
    if (own) setEditing({ number: own.message_number, text: own.message_content });
  }

  async function readTo(number: number): Promise<void> {
    if (!me || !chat || number <= pointer.current) return;
    const before = pointer.current;
    pointer.current = number;
    try {
      await chat.read(number);
      if (unread.of(place)) unread.refresh();
    } catch {
      // With the next one.
      pointer.current = before;
    }
  }

  const mayWrite = place !== "common" || me !== undefined;
  return (
    <>
      <ChatHeader place={place} chat={chat} />
      {error !== undefined && (
        <div className="p-4">
          <Trouble error={error} onRetry={retry} />
        </div>
      )}
      {!chat && error === undefined && <Spinner label="Opening …" />}
      {chat && start && (
        <MessageList
          chat={chat}
          jumpTo={jumpTo}
          lastRead={start.lastRead}
          editing={editing}
          onEdit={setEditing}
          onReadTo={(number) => void readTo(number)}
        />
      )}
      <TypingLine people={typing} />
      {chat?.isEnded && <p className="p-4 text-sm">This chat is not there for you any more.</p>}
      {chat && !chat.isEnded && mayWrite && <Composer chat={chat} onEditLast={editLast} />}
      {chat && !mayWrite && (
        <p className="border-t border-zinc-200 p-4 text-sm dark:border-zinc-700">
          In the common chat one writes under a name: log in.
        </p>
      )}
    </>
  );
}

function TypingLine({ people }: { people: readonly Person[] }) {
  const [first, second] = people;
  return (
    <p aria-live="polite" className="h-5 shrink-0 truncate px-4 text-xs text-zinc-600 dark:text-zinc-400">
      {first && <bdi>{nameOf(first)}</bdi>}
      {first && second && (people.length === 2 ? " and " : ", ")}
      {second && <bdi>{nameOf(second)}</bdi>}
      {people.length > 2 && ` and ${people.length - 2} more`}
      {first && (second ? " are writing …" : " is writing …")}
    </p>
  );
}
