/** Somebody to write to, by any part of a name. */
import { useState } from "react";
import { useLocation } from "wouter";
import { Avatar, nameOf } from "../avatar.tsx";
import { useOpen } from "../parley.tsx";
import { Button, Dialog, Field, Spinner, Trouble } from "../ui.tsx";
import { usePages } from "../use-pages.ts";
import { useSettled } from "../use-settled.ts";

type Props = { onClose: () => void; onChoose?: (user: number) => void; title?: string };
export function FindUser({ onClose, onChoose, title = "Write to somebody" }: Props) {
  const { parley, me } = useOpen();
  const [, navigate] = useLocation();
  const [query, setQuery] = useState("");
  const asked = useSettled(query.trim(), 200);
  const users = usePages(asked, () => (asked ? parley.users.find(asked) : parley.users.list()));
  const others = users.items.filter((user) => user.user_number !== me?.user_number);
  function choose(user: number): void {
    onClose();
    if (onChoose) onChoose(user);
    else navigate(`/users/${user}`);
  }
  return (
    <Dialog title={title} onClose={onClose}>
      <Field
        label="Name, or a part of it"
        type="search"
        autoFocus
        maxLength={64}
        value={query}
        onChange={(event) => setQuery(event.target.value)}
      />
      <Trouble error={users.error} />
      <ul className="max-h-80 overflow-y-auto">
        {others.map((user) => (
          <li key={user.user_number}>
            <button
              type="button"
              onClick={() => choose(user.user_number)}
              className="flex w-full items-center gap-3 rounded-lg p-2 text-left text-sm hover:bg-zinc-100 dark:hover:bg-zinc-800"
            >
              <Avatar person={user} />
              <span className="min-w-0">
                <bdi className="block truncate font-medium">{nameOf(user)}</bdi>
                <bdi className="block truncate text-xs text-zinc-600 dark:text-zinc-400">{user.username}</bdi>
              </span>
            </button>
          </li>
        ))}
      </ul>
      {users.isLoading && <Spinner label="Looking …" />}
      {!users.isLoading && others.length === 0 && <p className="text-sm">Nobody has this in the name.</p>}
      {users.hasMore && !users.isLoading && (
        <Button className="w-full" onClick={users.more}>
          More
        </Button>
      )}
    </Dialog>
  );
}
