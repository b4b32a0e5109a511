/** An application: its login, and behind it everything else. */
import { ParleyError } from "@parley/client";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useMemo, useState } from "react";
import { Link } from "wouter";
import { LoginPage } from "./login-page.tsx";
import { OpenContext } from "./parley.tsx";
import { isGuest, openParley, rememberApplication, setGuest } from "./session.ts";
import { linkLook, Spinner, Trouble } from "./ui.tsx";
import { Workspace } from "./workspace.tsx";

/** Who is there is read anew with `logins`, here or in another tab. */
function useWho(token: string) {
  const [logins, setLogins] = useState(0);
  const queries = useQueryClient();
  const begin = (): void => setLogins((n) => n + 1);
  const opened = useMemo(() => openParley(token), [token, logins]);
  const { parley, isLoggedIn } = opened;
  useEffect(() => {
    const stop = opened.watch(() => {
      queries.removeQueries({ queryKey: [token] });
      begin();
    });
    return () => {
      stop();
      parley.live.close();
    };
  }, [opened]);
  const application = useQuery({
    queryKey: [token, "application", logins],
    queryFn: () => parley.application.get(),
    enabled: isLoggedIn || isGuest(token),
  });
  const me = useQuery({
    queryKey: [token, "me", logins],
    queryFn: () => parley.users.get("me"),
    enabled: isLoggedIn,
  });
  function end(): void {
    opened.forget();
    setGuest(token, false);
    queries.removeQueries({ queryKey: [token] });
    begin();
  }
  /** The session ends here in any case, and on the server if that can be reached. */
  function logOut(): void {
    void parley.logout().catch(() => undefined);
    end();
  }
  return { parley, isLoggedIn, application, me, begin, end, logOut };
}

export function ApplicationPage({ token }: { token: string }) {
  const { parley, isLoggedIn, application, me, begin, end, logOut } = useWho(token);
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
        <Link href="~/" className={linkLook}>
          All applications
        </Link>
      </main>
    );
  }
  if (name === undefined || (isLoggedIn && !me.data)) return <Spinner label="Opening …" />;
  return (
    <OpenContext value={{ parley, token, applicationName: name, me: me.data, logOut }}>
      <Workspace onLoggedOut={end} />
    </OpenContext>
  );
}
