/** What a chat is called, who is in it now, and what can be done with it as a whole. */
import { pathOf, type LiveChat, type Place } from "@parley/client";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { ArrowLeft, Hash, Lock, Search, Users } from "lucide-react";
import { useState, type FormEvent } from "react";
import { useLocation } from "wouter";
import { Avatar, nameOf } from "../avatar.tsx";
import { useOpen } from "../parley.tsx";
import { UserDialog } from "../people/user-dialog.tsx";
import { useUser } from "../people/use-user.ts";
import { messagePath } from "../places.ts";
import { Button, describe, IconButton, IconLink } from "../ui.tsx";
import { useTitle } from "../use-title.ts";
import { ChatDialog } from "./chat-dialog.tsx";
import { useMembership } from "./use-membership.ts";

export function ChatHeader({ place, chat }: { place: Place; chat: LiveChat | undefined }) {
  return (
    <header className="flex items-center gap-2 border-b border-zinc-200 px-3 py-2 dark:border-zinc-700">
      <IconLink label="Back to the chats" href="/" className="md:hidden">
        <ArrowLeft className="size-5 rtl:rotate-180" />
      </IconLink>
      {typeof place === "object" ? (
        <Companion user={place.user} isPresent={chat?.present.includes(place.user) ?? false} />
      ) : (
        <ChatName chat={place} present={chat?.present.length ?? 0} />
      )}
      <JumpTo place={place} last={chat?.lastNumber ?? 0} />
      <IconLink label="Search here" href={`${pathOf(place)}/search`}>
        <Search className="size-5" />
      </IconLink>
    </header>
  );
}

function Companion({ user, isPresent }: { user: number; isPresent: boolean }) {
  const [isOpen, setOpen] = useState(false);
  const person = useUser(user).data ?? { user_number: user };
  useTitle(nameOf(person));
  return (
    <>
      <button
        type="button"
        className="flex min-w-0 grow items-center gap-3 rounded-lg p-1 text-left hover:bg-zinc-100 dark:hover:bg-zinc-800"
        onClick={() => setOpen(true)}
      >
        <Avatar person={person} isPresent={isPresent} />
        <span className="min-w-0">
          <h2 className="truncate font-semibold">
            <bdi>{nameOf(person)}</bdi>
          </h2>
          <span className="block text-xs text-zinc-600 dark:text-zinc-400">
            {isPresent ? "is here now" : "direct messages"}
          </span>
        </span>
      </button>
      {isOpen && <UserDialog user={user} onClose={() => setOpen(false)} />}
    </>
  );
}

function ChatName({ chat: number, present }: { chat: number | "common"; present: number }) {
  const { parley, token } = useOpen();
  const [isOpen, setOpen] = useState(false);
  const { data } = useQuery({ queryKey: [token, "chat", number], queryFn: () => parley.chats.get(number) });
  const name = data?.chat_name ?? (number === "common" ? "Common chat" : `Chat ${number}`);
  useTitle(name);
  return (
    <>
      <div className="min-w-0 grow">
        <h2 className="flex items-center gap-1.5 font-semibold">
          {data?.private ? (
            <Lock className="size-4 shrink-0" aria-label="Private" />
          ) : (
            <Hash className="size-4 shrink-0" aria-hidden />
          )}
          <bdi className="truncate">{name}</bdi>
        </h2>
        <p className="text-xs text-zinc-600 dark:text-zinc-400">
          {present === 1 ? "1 person is here" : `${present} people are here`}
        </p>
      </div>
      {number !== "common" && (
        <>
          <Join chat={number} />
          <IconButton label="Members and settings" onClick={() => setOpen(true)}>
            <Users className="size-5" />
          </IconButton>
        </>
      )}
      {isOpen && number !== "common" && (
        <ChatDialog
          chat={number}
          name={name}
          isPrivate={data?.private ?? false}
          onClose={() => setOpen(false)}
        />
      )}
    </>
  );
}

/** For whoever is not a member yet: members hear of what they have not open. */
function Join({ chat }: { chat: number }) {
  const { parley, token } = useOpen();
  const queries = useQueryClient();
  const own = useMembership(chat);
  const join = useMutation({
    mutationFn: () => parley.members.put(chat, "me"),
    onSuccess: () => queries.invalidateQueries({ queryKey: [token] }),
  });
  if (!own || own.role) return null;
  return (
    <Button look="primary" onClick={() => join.mutate()} disabled={join.isPending}>
      {join.error ? describe(join.error) : "Join"}
    </Button>
  );
}

function JumpTo({ place, last }: { place: Place; last: number }) {
  const [, navigate] = useLocation();
  function onSubmit(event: FormEvent<HTMLFormElement>): void {
    event.preventDefault();
    // By way of the chat, so that the same number leads there again.
    navigate(pathOf(place), { replace: true });
    navigate(messagePath(place, Number(new FormData(event.currentTarget).get("number"))));
  }
  return (
    <form onSubmit={onSubmit} className="hidden sm:block">
      <input
        name="number"
        type="number"
        min={1}
        max={Math.max(1, last)}
        required
        aria-label="Go to message number"
        title="Go to a message by its number"
        placeholder={last > 0 ? `# of ${last}` : "#"}
        className="w-28 rounded-lg border border-zinc-300 bg-transparent px-2 py-1.5 text-sm placeholder:text-zinc-500 dark:border-zinc-600 dark:placeholder:text-zinc-400"
      />
    </form>
  );
}
