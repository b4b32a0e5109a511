/** An application: its login, and behind it everything else. */
import { ParleyError } from "@parley/client";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useMemo, useState } from "react";
import { Link } from "wouter";
import { LoginPage } from "./login-page.tsx";
import { OpenContext } from "./parley.tsx";
import { isGuest, openParley, readSession, rememberApplication, setGuest, writeSession } from "./session.ts";
import { Spinner, Trouble } from "./ui.tsx";
import { Workspace } from "./workspace.tsx";

/** Who is there is read anew with `logins`. */
function useWho(token: string) {
  const [logins, setLogins] = useState(0);
  const queries = useQueryClient();
  const parley = useMemo(() => openParley(token), [token, logins]);
  useEffect(() => () => parley.live.close(), [parley]);
  const isLoggedIn = readSession(token) !== undefined;
  const application = useQuery({
    queryKey: [token, logins, "application"],
    queryFn: () => parley.application.get(),
    enabled: isLoggedIn || isGuest(token),
  });
  const me = useQuery({
    queryKey: [token, logins, "me"],
    queryFn: () => parley.users.get("me"),
    enabled: isLoggedIn,
  });
  return {
    parley,
    isLoggedIn,
    application,
    me,
    begin: () => setLogins((n) => n + 1),
    end: () => {
      writeSession(token, undefined);
      setGuest(token, false);
      queries.removeQueries({ queryKey: [token] });
      setLogins((n) => n + 1);
    },
  };
}

export function ApplicationPage({ token }: { token: string }) {
  const { parley, isLoggedIn, application, me, begin, end } = useWho(token);
  const name = application.data?.application_name;
  useEffect(() => {
    if (name !== undefined) rememberApplication({ token, name });
  }, [token, name]);
  const error = me.error ?? application.error;
  const isOver = error instanceof ParleyError && error.status === 401;
  useEffect(() => {
    if (isOver) end();
  }, [isOver]);

  if (!isLoggedIn && !isGuest(token)) return <LoginPage token={token} onLogin={begin} />;
  if (error && !isOver) {
    return (
      <main className="mx-auto max-w-md space-y-4 p-8">
        <Trouble error={error} />
        <Link href="~/" className="text-indigo-700 underline dark:text-indigo-300">
          All applications
        </Link>
      </main>
    );
  }
  if (name === undefined || (isLoggedIn && !me.data)) return <Spinner label="Opening …" />;
  const logOut = (): void => {
    void parley.logout().catch(() => undefined);
    end();
  };
  return (
    <OpenContext value={{ parley, token, applicationName: name, me: me.data, logOut }}>
      <Workspace onLoggedOut={end} />
    </OpenContext>
  );
}
