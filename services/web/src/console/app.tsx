/** Who is there, and which page of the console an address is. */
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { ParleyError } from "@parley/client";
import { Redirect, Route, Switch } from "wouter";
import { Button, Spinner } from "../ui.tsx";
import { ApplicationPage } from "./application-page.tsx";
import { ApplicationsPage } from "./applications-page.tsx";
import { ChatPage } from "./chat-page.tsx";
import { forgetCredentials, openAsOperator, readCredential, type Credential } from "./credentials.ts";
import { Overview } from "./overview.tsx";
import { ParkedPage } from "./parked-page.tsx";
import { Shell } from "./shell.tsx";
import { SignIn } from "./sign-in.tsx";
import { describeSilence, useFigures } from "./use-figures.ts";

export function App() {
  const [credential, setCredential] = useState(readCredential);
  const [isAsked, setAsked] = useState(false);
  const queries = useQueryClient();
  function signOut(): void {
    forgetCredentials();
    queries.clear();
    setCredential(undefined);
    setAsked(true);
  }
  if (credential?.kind === "application") {
    return <OneApplication token={credential.token} onSignOut={signOut} />;
  }
  if (credential) return <Operator credential={credential} onSignOut={signOut} />;
  // Somebody who has signed out is not to be in again at once.
  return isAsked ? (
    <SignIn onSignedIn={setCredential} />
  ) : (
    <Probe onOperator={() => setCredential({ kind: "operator" })} onRefused={() => setAsked(true)} />
  );
}

/** On the machine itself nobody needs a key. */
function Probe({ onOperator, onRefused }: { onOperator: () => void; onRefused: () => void }) {
  const [tries, setTries] = useState(0);
  const [error, setError] = useState<unknown>();
  useEffect(() => {
    setError(undefined);
    openAsOperator(undefined)
      .operator.figures()
      .then(onOperator, (err: unknown) => {
        if (err instanceof ParleyError && !err.isTemporary) onRefused();
        else setError(err);
      });
  }, [tries]);
  if (!error) return <Spinner label="Opening the console …" />;
  return (
    <main className="mx-auto max-w-md space-y-4 p-8 text-center">
      <p role="alert">{describeSilence(error)}</p>
      <Button onClick={() => setTries((n) => n + 1)}>Try again</Button>
    </main>
  );
}

type SignedIn<T> = T & { onSignOut: () => void };

function Operator({ credential, onSignOut }: SignedIn<{ credential: Credential & { kind: "operator" } }>) {
  const live = useFigures(credential.key);
  const isRefused =
    live.error instanceof ParleyError && (live.error.status === 401 || live.error.status === 403);
  useEffect(() => {
    if (isRefused) onSignOut();
  }, [isRefused]);
  const parked = live.latest?.parked ?? 0;
  const links = [
    { to: "/", label: "Overview" },
    { to: "/applications", label: "Applications" },
    { to: "/parked", label: "Parked", badge: parked },
  ];
  return (
    <Shell links={links} onSignOut={onSignOut} silence={live.error}>
      <Switch>
        <Route path="/">
          <Overview live={live} />
        </Route>
        <Route path="/applications">
          <ApplicationsPage operatorKey={credential.key} />
        </Route>
        <Route path="/applications/:token">
          {({ token }) => <ApplicationPage key={token} token={token} />}
        </Route>
        <Route path="/applications/:token/chats/:chat">
          {({ token, chat }) => <ChatPage key={`${token}/${chat}`} token={token} chat={chat} />}
        </Route>
        <Route path="/parked">
          <ParkedPage operatorKey={credential.key} />
        </Route>
        <Route>
          <p>There is nothing at this address.</p>
        </Route>
      </Switch>
    </Shell>
  );
}

/** Whoever has an application's secret sees this one and nothing else. */
function OneApplication({ token, onSignOut }: SignedIn<{ token: string }>) {
  const home = `/applications/${token}`;
  return (
    <Shell links={[{ to: home, label: "Application" }]} onSignOut={onSignOut}>
      <Switch>
        <Route path={home}>
          <ApplicationPage token={token} />
        </Route>
        <Route path={`${home}/chats/:chat`}>
          {({ chat }) => <ChatPage key={chat} token={token} chat={chat ?? ""} />}
        </Route>
        <Route>
          <Redirect to={home} replace />
        </Route>
      </Switch>
    </Shell>
  );
}
