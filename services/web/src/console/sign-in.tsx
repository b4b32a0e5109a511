/** By the operator key for everything, or by an application's secret for that one. */
import { useMutation } from "@tanstack/react-query";
import type { FormEvent } from "react";
import { useLocation } from "wouter";
import { textOf } from "../form.ts";
import { Button, cardLook, Field, Trouble } from "../ui.tsx";
import {
  openApplication,
  openAsOperator,
  writeCredential,
  writeSecret,
  type Credential,
} from "./credentials.ts";

type Props = { onSignedIn: (credential: Credential) => void };

export function SignIn({ onSignedIn }: Props) {
  return (
    <div className="h-full overflow-y-auto">
      <main className="mx-auto max-w-3xl space-y-6 px-4 py-10">
        <header className="space-y-2">
          <h1 className="text-3xl font-bold tracking-tight">Parley console</h1>
          <p className="text-zinc-600 dark:text-zinc-400">
            What you sign in with stays in this tab, and is gone when it is closed.
          </p>
        </header>
        <div className="grid gap-6 md:grid-cols-2">
          <OperatorForm onSignedIn={onSignedIn} />
          <ApplicationForm onSignedIn={onSignedIn} />
        </div>
      </main>
    </div>
  );
}

function OperatorForm({ onSignedIn }: Props) {
  const signIn = useMutation({
    mutationFn: async (key: string) => {
      await openAsOperator(key || undefined).operator.figures();
      return { kind: "operator", ...(key && { key }) } as const;
    },
    onSuccess: (credential) => {
      writeCredential(credential);
      onSignedIn(credential);
    },
  });
  function onSubmit(event: FormEvent<HTMLFormElement>): void {
    event.preventDefault();
    signIn.mutate(textOf(new FormData(event.currentTarget), "key"));
  }
  return (
    <form className={cardLook} onSubmit={onSubmit} aria-label="As the operator">
      <h2 className="font-semibold">As the operator</h2>
      <Field
        label="Operator key"
        name="key"
        type="password"
        autoComplete="off"
        hint="It is a file in secrets/ of Parley's data; on the machine itself it is not needed."
      />
      <Trouble error={signIn.error} />
      <Button type="submit" look="primary" disabled={signIn.isPending}>
        Sign in
      </Button>
    </form>
  );
}

function ApplicationForm({ onSignedIn }: Props) {
  const [, navigate] = useLocation();
  const signIn = useMutation({
    mutationFn: async ({ token, secret }: { token: string; secret: string }) => {
      // A secret that is not good is refused here.
      const page = openApplication(token, secret).chats.list({ limit: 1 });
      await page.next();
      writeSecret(token, secret);
      return { kind: "application", token } as const;
    },
    onSuccess: (credential) => {
      writeCredential(credential);
      navigate(`/applications/${credential.token}`);
      onSignedIn(credential);
    },
  });
  function onSubmit(event: FormEvent<HTMLFormElement>): void {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    signIn.mutate({ token: textOf(form, "token"), secret: textOf(form, "secret") });
  }
  return (
    <form className={cardLook} onSubmit={onSubmit} aria-label="With one application">
      <h2 className="font-semibold">With one application</h2>
      <Field label="Application token" name="token" required autoComplete="off" />
      <Field
        label="Application secret"
        name="secret"
        type="password"
        required
        autoComplete="off"
        hint="Shown once, when the application was made."
      />
      <Trouble error={signIn.error} />
      <Button type="submit" disabled={signIn.isPending}>
        Sign in
      </Button>
    </form>
  );
}
