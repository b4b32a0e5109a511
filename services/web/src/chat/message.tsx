/** One message, with what can be done to it. */
import { type LiveChat, type Message, type Outgoing } from "@parley/client";
import { useMutation } from "@tanstack/react-query";
import { Pencil, Trash2 } from "lucide-react";
import { useState, type KeyboardEvent } from "react";
import { Link } from "wouter";
import { Avatar, nameOf } from "../avatar.tsx";
import { CopyButton } from "../copy-field.tsx";
import { useOpen } from "../parley.tsx";
import { UserDialog } from "../people/user-dialog.tsx";
import { messagePath } from "../places.ts";
import { formatRecent } from "../times.ts";
import { Button, describe, IconButton, Trouble } from "../ui.tsx";
import { MessageText } from "./text.tsx";

const row = "group relative flex gap-3 px-4 py-1.5 hover:bg-zinc-50 dark:hover:bg-zinc-800/50";
const faint = "text-xs text-zinc-600 dark:text-zinc-400";

/** A message that is being changed, and what to. */
export type Editing = { number: number; text: string };

type Props = {
  chat: LiveChat;
  message: Message;
  isPointedAt: boolean;
  /** Kept above, since a row that is scrolled away is gone. */
  editing: Editing | undefined;
  onEdit: (editing: Editing | undefined) => void;
};
export function MessageRow({ chat, message, isPointedAt, editing, onEdit }: Props) {
  const { token } = useOpen();
  const { message_number: number, message_content: content, sender } = message;
  const [isShown, setShown] = useState(false);
  // That of a conversation leads everybody else elsewhere.
  const permalink =
    typeof chat.place !== "object" &&
    `${location.origin}/applications/${token}${messagePath(chat.place, number)}`;
  return (
    <article
      aria-label={`Message ${number} by ${nameOf(sender)}`}
      className={`${row} ${isPointedAt ? "bg-amber-50 dark:bg-amber-950/40" : ""}`}
    >
      <button
        type="button"
        className="self-start rounded-full"
        disabled={!sender}
        aria-label={sender && `Profile of ${nameOf(sender)}`}
        onClick={() => setShown(true)}
      >
        <Avatar person={sender} />
      </button>
      <div className="min-w-0 grow">
        <p className="flex flex-wrap items-baseline gap-x-2">
          <bdi className="text-sm font-semibold">{nameOf(sender)}</bdi>
          <time className={faint} dateTime={message.created_at}>
            {formatRecent(message.created_at)}
          </time>
          <Link href={messagePath(chat.place, number)} className={`${faint} hover:underline`}>
            #{number}
          </Link>
          {message.edited_at && <span className={faint}>edited</span>}
        </p>
        {editing ? (
          <Editor chat={chat} editing={editing} onEdit={onEdit} />
        ) : (
          <div className="text-sm">
            <MessageText>{content}</MessageText>
          </div>
        )}
      </div>
      {!editing && <Actions chat={chat} message={message} permalink={permalink} onEdit={onEdit} />}
      {isShown && sender && <UserDialog user={sender.user_number} onClose={() => setShown(false)} />}
    </article>
  );
}

type ActionsProps = Pick<Props, "chat" | "message" | "onEdit"> & { permalink: string | false };
function Actions({ chat, message, permalink, onEdit }: ActionsProps) {
  const { me } = useOpen();
  const remove = useMutation({ mutationFn: () => chat.delete(message.message_number) });
  const mayChange = message.sender ? message.sender.user_number === me?.user_number : chat.place !== "common";
  return (
    <div className="absolute -top-3 right-3 flex rounded-lg border border-zinc-200 bg-white opacity-0 shadow-sm group-focus-within:opacity-100 group-hover:opacity-100 pointer-coarse:opacity-100 dark:border-zinc-700 dark:bg-zinc-900">
      {permalink && <CopyButton label="Copy link" value={permalink} />}
      {mayChange && (
        <>
          <IconButton
            label="Edit"
            onClick={() => onEdit({ number: message.message_number, text: message.message_content })}
          >
            <Pencil className="size-4" />
          </IconButton>
          <IconButton
            label={remove.error ? `Delete: ${describe(remove.error)}` : "Delete"}
            disabled={remove.isPending}
            onClick={() => confirm("Delete this message for everybody?") && remove.mutate()}
          >
            <Trash2 className="size-4" />
          </IconButton>
        </>
      )}
    </div>
  );
}

type EditorProps = Pick<Props, "chat" | "onEdit"> & { editing: Editing };
function Editor({ chat, editing: { number, text }, onEdit }: EditorProps) {
  const onClose = (): void => onEdit(undefined);
  const save = useMutation({
    mutationFn: () => chat.edit(number, text),
    onSuccess: onClose,
  });
  function onKeyDown(event: KeyboardEvent): void {
    if (event.key === "Escape") onClose();
    if (event.key === "Enter" && !event.shiftKey && !event.nativeEvent.isComposing) {
      event.preventDefault();
      save.mutate();
    }
  }
  return (
    <div className="space-y-2">
      <textarea
        aria-label={`Edit message ${number}`}
        dir="auto"
        autoFocus
        onFocus={({ target }) => target.setSelectionRange(target.value.length, target.value.length)}
        value={text}
        onChange={(event) => onEdit({ number, text: event.target.value })}
        onKeyDown={onKeyDown}
        className="field-sizing-content w-full rounded-lg border border-zinc-300 bg-white p-2 text-sm dark:border-zinc-600 dark:bg-zinc-800"
      />
      <Trouble error={save.error} />
      <div className="flex gap-2">
        <Button look="primary" disabled={save.isPending} onClick={() => save.mutate()}>
          Save
        </Button>
        <Button look="quiet" onClick={onClose}>
          Cancel
        </Button>
      </div>
    </div>
  );
}

/** Shown before it has its number. */
export function OutgoingRow({ chat, outgoing }: { chat: LiveChat; outgoing: Outgoing }) {
  const { me } = useOpen();
  const { key, content, status, problem } = outgoing;
  return (
    <article aria-label="Message on its way" className={row}>
      <Avatar person={me} />
      <div className="min-w-0 grow">
        <p className="flex items-baseline gap-2">
          <bdi className="text-sm font-semibold">{nameOf(me)}</bdi>
          <span className={faint}>{status === "failed" ? "not sent" : "sending …"}</span>
        </p>
        <div className={`text-sm ${status === "failed" ? "" : "opacity-70"}`}>
          <MessageText>{content}</MessageText>
        </div>
        {problem && (
          <div
            role="alert"
            className="flex flex-wrap items-center gap-2 pt-1 text-sm text-red-700 dark:text-red-300"
          >
            {problem.errors?.[0]?.detail ?? problem.detail}
            <Button onClick={() => chat.retry(key)}>Try again</Button>
            <Button look="quiet" onClick={() => chat.discard(key)}>
              Discard
            </Button>
          </div>
        )}
      </div>
    </article>
  );
}
