/** The application at a glance: common chat, chats, conversations, and who one is here. */
import { pathOf, type Chat, type Place } from "@parley/client";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Globe, Hash, Home, Lock, LogOut, Moon, Plus, Search, Sun } from "lucide-react";
import { useState, type ReactNode } from "react";
import { Link, useLocation } from "wouter";
import { Avatar, nameOf } from "./avatar.tsx";
import { NewChat } from "./chat/new-chat.tsx";
import { textOf } from "./form.ts";
import { useOpen } from "./parley.tsx";
import { FindUser } from "./people/find-user.tsx";
import { UserDialog } from "./people/user-dialog.tsx";

import { chooseTheme, useTheme } from "./theme.ts";
import { Button, IconButton, IconLink, Trouble } from "./ui.tsx";
import { take } from "./take.ts";
import type { UnreadState } from "./use-unread.ts";

const pageSize = 50;

export function Sidebar({ unread }: { unread: UnreadState }) {
  const { applicationName, me } = useOpen();
  return (
    <>
      <header className="flex items-center gap-1 px-3 pt-3">
        <h1 className="min-w-0 grow truncate px-1 text-lg font-bold">
          <bdi>{applicationName}</bdi>
        </h1>
        <IconLink label="All applications" href="~/">
          <Home className="size-5" />
        </IconLink>
      </header>
      <SearchBox />
      <nav aria-label="Chats" className="min-h-0 grow space-y-5 overflow-y-auto px-2 pb-4">
        <ul>
          <Entry place="common" unread={unread} icon={<Globe className="size-4" aria-hidden />}>
            Common chat
          </Entry>
        </ul>
        <Chats unread={unread} />
        {me && <Conversations unread={unread} />}
      </nav>
      <Myself />
    </>
  );
}

function SearchBox() {
  const [, navigate] = useLocation();
  return (
    <form
      role="search"
      className="relative p-3"
      onSubmit={(event) => {
        event.preventDefault();
        const q = textOf(new FormData(event.currentTarget), "q");
        navigate(q ? `/search?q=${encodeURIComponent(q)}` : "/search");
      }}
    >
      <Search className="absolute top-1/2 left-6 size-4 -translate-y-1/2 text-zinc-500" aria-hidden />
      <input
        name="q"
        type="search"
        aria-label="Search all messages"
        placeholder="Search (Ctrl K)"
        className="w-full rounded-lg border border-zinc-300 bg-white py-2 pr-3 pl-9 text-sm placeholder:text-zinc-500 dark:border-zinc-700 dark:bg-zinc-800 dark:placeholder:text-zinc-400"
      />
    </form>
  );
}

type EntryProps = { place: Place; unread: UnreadState; icon: ReactNode; children: ReactNode };
function Entry({ place, unread, icon, children }: EntryProps) {
  const [path] = useLocation();
  const here = pathOf(place);
  const isHere = path === here || path.startsWith(`${here}/`);
  const count = unread.of(place)?.unread ?? 0;
  return (
    <li>
      <Link
        href={here}
        aria-current={isHere ? "page" : undefined}
        className="flex items-center gap-2 rounded-lg px-2 py-1.5 text-sm hover:bg-zinc-200/70 aria-[current=page]:bg-indigo-100 aria-[current=page]:font-medium dark:hover:bg-zinc-800 dark:aria-[current=page]:bg-indigo-950"
      >
        <span className="shrink-0 text-zinc-600 dark:text-zinc-400">{icon}</span>
        <span className={`min-w-0 grow truncate ${count > 0 ? "font-semibold" : ""}`}>{children}</span>
        {count > 0 && !isHere && (
          <span className="rounded-full bg-accent px-1.5 text-xs font-semibold text-white">
            {count > 99 ? "99+" : count}
            <span className="sr-only"> unread</span>
          </span>
        )}
      </Link>
    </li>
  );
}

function Section({ title, add, children }: { title: string; add?: ReactNode; children: ReactNode }) {
  return (
    <section aria-label={title}>
      <div className="flex items-center justify-between px-2">
        <h2 className="text-xs font-semibold tracking-wide text-zinc-600 uppercase dark:text-zinc-400">
          {title}
        </h2>
        {add}
      </div>
      <ul>{children}</ul>
    </section>
  );
}

const iconOf = (isPrivate: boolean | undefined): ReactNode =>
  isPrivate ? <Lock className="size-4" aria-label="Private" /> : <Hash className="size-4" aria-hidden />;

function Chats({ unread }: { unread: UnreadState }) {
  const { parley, token, me } = useOpen();
  const [isNew, setNew] = useState(false);
  const own = useQuery({
    queryKey: [token, "own-chats"],
    queryFn: () => Array.fromAsync(parley.users.chats("me", { limit: 200 })),
    enabled: me !== undefined,
  });
  const all = useInfiniteQuery({
    queryKey: [token, "chats"],
    queryFn: ({ pageParam: before }) =>
      take(parley.chats.list({ order: "desc", limit: pageSize, ...(before > 0 && { before }) }), pageSize),
    initialPageParam: 0,
    getNextPageParam: (page) => (page.length < pageSize ? undefined : Number(page.at(-1)?.chat_number)),
    refetchInterval: 60_000,
  });
  const mine = own.data ?? [];
  const others = (all.data?.pages.flat() ?? []).filter(
    (chat) => !mine.some((one) => one.chat_number === chat.chat_number),
  );
  const add = (
    <IconButton label="New chat" onClick={() => setNew(true)}>
      <Plus className="size-4" />
    </IconButton>
  );
  return (
    <>
      <Section title={me ? "Your chats" : "Chats"} add={add}>
        <ChatEntries chats={mine} unread={unread} />
        {!me && <ChatEntries chats={others} unread={unread} />}
      </Section>
      {me && others.length > 0 && (
        <Section title="Open to join">
          <ChatEntries chats={others} unread={unread} />
        </Section>
      )}
      <Trouble error={all.error ?? own.error} />
      {all.hasNextPage && (
        <Button
          look="quiet"
          className="w-full"
          onClick={() => void all.fetchNextPage()}
          disabled={all.isFetching}
        >
          More chats
        </Button>
      )}
      {isNew && <NewChat onClose={() => setNew(false)} />}
    </>
  );
}

type Named = Pick<Chat, "chat_number" | "chat_name" | "private">;
function ChatEntries({ chats, unread }: { chats: readonly Named[]; unread: UnreadState }) {
  return chats.map((chat) => (
    <Entry key={chat.chat_number} place={chat.chat_number} unread={unread} icon={iconOf(chat.private)}>
      <bdi>{chat.chat_name ?? `Chat ${chat.chat_number}`}</bdi>
    </Entry>
  ));
}

function Conversations({ unread }: { unread: UnreadState }) {
  const { parley, token } = useOpen();
  const [isFinding, setFinding] = useState(false);
  const { data = [], error } = useQuery({
    queryKey: [token, "conversations"],
    queryFn: () => Array.fromAsync(parley.me.conversations()),
  });
  const add = (
    <IconButton label="Write to somebody" onClick={() => setFinding(true)}>
      <Plus className="size-4" />
    </IconButton>
  );
  return (
    <Section title="Direct messages" add={add}>
      <Trouble error={error} />
      {data.map((person) => (
        <Entry
          key={person.user_number}
          place={{ user: person.user_number }}
          unread={unread}
          icon={<Avatar person={person} />}
        >
          <bdi>{nameOf(person)}</bdi>
        </Entry>
      ))}
      {isFinding && <FindUser onClose={() => setFinding(false)} />}
    </Section>
  );
}

function Myself() {
  const { me, logOut } = useOpen();
  const [isOpen, setOpen] = useState(false);
  const theme = useTheme();
  return (
    <footer className="flex items-center gap-2 border-t border-zinc-200 p-3 dark:border-zinc-700">
      <button
        type="button"
        className="flex min-w-0 grow items-center gap-2 rounded-lg p-1 text-left text-sm hover:bg-zinc-200/70 disabled:hover:bg-transparent dark:hover:bg-zinc-800"
        onClick={() => setOpen(true)}
        disabled={!me}
      >
        <Avatar person={me} />
        {me && <span className="sr-only">Your profile: </span>}
        <bdi className="truncate font-medium">{nameOf(me)}</bdi>
      </button>
      <IconButton
        label={theme === "dark" ? "Light colours" : "Dark colours"}
        onClick={() => chooseTheme(theme === "dark" ? "light" : "dark")}
      >
        {theme === "dark" ? <Sun className="size-5" /> : <Moon className="size-5" />}
      </IconButton>
      <IconButton label={me ? "Log out" : "Log in"} onClick={logOut}>
        <LogOut className="size-5" />
      </IconButton>
      {isOpen && me && <UserDialog user={me.user_number} onClose={() => setOpen(false)} />}
    </footer>
  );
}
