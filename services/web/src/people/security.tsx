/** One's password, and where one is logged in. */
import { useMutation, useQuery } from "@tanstack/react-query";
import type { FormEvent } from "react";
import { useOpen } from "../parley.tsx";
import { formatMoment } from "../times.ts";
import { Button, Field, Trouble } from "../ui.tsx";

export function Security() {
  return (
    <details className="space-y-4 border-t border-zinc-200 pt-4 dark:border-zinc-700">
      <summary className="text-sm font-medium">Password and sessions</summary>
      <Password />
      <Sessions />
    </details>
  );
}

/** A new one ends all sessions, this one among them. */
function Password() {
  const { parley, logOut } = useOpen();
  const change = useMutation({
    mutationFn: (form: FormData) =>
      parley.users.update("me", {
        old_password: form.get("old") as string,
        password: form.get("new") as string,
      }),
    onSuccess: logOut,
  });
  function onSubmit(event: FormEvent<HTMLFormElement>): void {
    event.preventDefault();
    change.mutate(new FormData(event.currentTarget));
  }
  return (
    <form className="space-y-3" onSubmit={onSubmit}>
      <Field label="Present password" name="old" type="password" required autoComplete="current-password" />
      <Field
        label="New password"
        name="new"
        type="password"
        required
        autoComplete="new-password"
        hint="All sessions end, and you log in anew."
      />
      <Trouble error={change.error} />
      <Button type="submit" disabled={change.isPending}>
        Change password
      </Button>
    </form>
  );
}

function Sessions() {
  const { parley, token } = useOpen();
  const sessions = useQuery({ queryKey: [token, "sessions"], queryFn: () => parley.me.sessions() });
  const end = useMutation({
    mutationFn: (session: string) => parley.me.endSession(session),
    onSettled: () => sessions.refetch(),
  });
  return (
    <>
      <Trouble error={end.error ?? sessions.error} />
      <ul
        aria-label="Sessions"
        className="max-h-48 divide-y divide-zinc-200 overflow-y-auto text-sm dark:divide-zinc-700"
      >
        {sessions.data?.map(({ session_id: id, user_agent, used_at, current }) => (
          <li key={id} className="flex items-center gap-3 py-2">
            <span className="min-w-0 grow">
              <bdi className="block truncate">{user_agent ?? "An unnamed device"}</bdi>
              <span className="text-xs text-zinc-600 dark:text-zinc-400">
                last used {formatMoment(used_at)}
              </span>
            </span>
            {current ? (
              <span className="text-xs">this one</span>
            ) : (
              <Button onClick={() => end.mutate(id)} disabled={end.isPending}>
                End
              </Button>
            )}
          </li>
        ))}
      </ul>
    </>
  );
}
