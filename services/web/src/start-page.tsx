/** Where somebody begins: the applications that this browser knows, another one by its token, or a new one. */
import { createParley, type CreatedApplication } from "@parley/client";
import { useMutation } from "@tanstack/react-query";
import { ArrowRight, X } from "lucide-react";
import { useState, type FormEvent } from "react";
import { useLocation } from "wouter";
import { CopyField } from "./copy-field.tsx";
import { textOf } from "./form.ts";
import { forgetApplication, knownApplications, rememberApplication } from "./session.ts";
import { Button, cardLook, Field, IconButton, linkLook, Trouble } from "./ui.tsx";
import { useSameKey } from "./use-same-key.ts";

export function StartPage() {
  return (
    <div className="h-full overflow-y-auto">
      <main className="mx-auto max-w-3xl space-y-6 px-4 py-10">
        <header className="space-y-2">
          <h1 className="text-3xl font-bold tracking-tight">Parley</h1>
          <p className="text-zinc-600 dark:text-zinc-400">
            A chat backend of your own: applications, chats and messages over plain HTTP and WebSocket,
            numbered without a gap, never lost, and found by any part of any word.
          </p>
        </header>
        <KnownApplications />
        <div className="grid gap-6 md:grid-cols-2">
          <OpenApplication />
          <NewApplication />
        </div>
        <nav aria-label="More" className="flex flex-wrap gap-x-6 gap-y-2 text-sm">
          <a className={linkLook} href="/docs">
            The API, to read and to try
          </a>
          <a className={linkLook} href="/console">
            The operator's console
          </a>
        </nav>
      </main>
    </div>
  );
}

function KnownApplications() {
  const [known, setKnown] = useState(knownApplications);
  const [, navigate] = useLocation();
  if (known.length === 0) return null;
  return (
    <section className={cardLook} aria-label="Your applications">
      <h2 className="font-semibold">Your applications</h2>
      <ul className="divide-y divide-zinc-200 dark:divide-zinc-700">
        {known.map(({ token, name }) => (
          <li key={token} className="flex items-center gap-2 py-1">
            <Button
              look="quiet"
              className="min-w-0 grow justify-between"
              onClick={() => navigate(`/applications/${token}`)}
            >
              <bdi className="truncate">{name}</bdi>
              <ArrowRight className="size-4 shrink-0" aria-hidden />
            </Button>
            <IconButton
              label={`Forget ${name}`}
              onClick={() => {
                forgetApplication(token);
                setKnown(knownApplications());
              }}
            >
              <X className="size-4" />
            </IconButton>
          </li>
        ))}
      </ul>
    </section>
  );
}

function OpenApplication() {
  const [, navigate] = useLocation();
  const open = useMutation({
    mutationFn: (token: string) =>
      createParley({ url: location.origin, applicationToken: token }).application.get(),
    onSuccess: ({ application_token: token, application_name: name }) => {
      rememberApplication({ token, name });
      navigate(`/applications/${token}`);
    },
  });
  function onSubmit(event: FormEvent<HTMLFormElement>): void {
    event.preventDefault();
    open.mutate(textOf(new FormData(event.currentTarget), "token"));
  }
  return (
    <form className={cardLook} onSubmit={onSubmit}>
      <h2 className="font-semibold">Open an application</h2>
      <Field
        label="Application token"
        name="token"
        required
        placeholder="22398941-880a-4f0d-…"
        hint="You have it from whoever runs the application."
      />
      <Trouble error={open.error} />
      <Button type="submit" look="primary" disabled={open.isPending}>
        Open
      </Button>
    </form>
  );
}

function NewApplication() {
  const [, navigate] = useLocation();
  const keyFor = useSameKey();
  const create = useMutation({
    mutationFn: (name: string) =>
      createParley({ url: location.origin }).applications.create(name, { key: keyFor(name) }),
    onSuccess: ({ application_token: token, application_name: name }) => rememberApplication({ token, name }),
  });
  function onSubmit(event: FormEvent<HTMLFormElement>): void {
    event.preventDefault();
    create.mutate(textOf(new FormData(event.currentTarget), "name"));
  }
  if (create.data) return <Created application={create.data} onOpen={navigate} />;
  return (
    <form className={cardLook} onSubmit={onSubmit}>
      <h2 className="font-semibold">Create one</h2>
      <Field
        label="Name"
        name="name"
        required
        maxLength={255}
        placeholder="My product"
        hint="Where Parley is public, only its operator may: see the console."
      />
      <Trouble error={create.error} />
      <Button type="submit" disabled={create.isPending}>
        Create
      </Button>
    </form>
  );
}

function Created({ application, onOpen }: { application: CreatedApplication; onOpen: (to: string) => void }) {
  return (
    <section className={cardLook} aria-label="Your new application">
      <h2 className="font-semibold">
        <bdi>{application.application_name}</bdi> is there
      </h2>
      <CopyField label="Token, for all who use it" value={application.application_token} />
      <CopyField
        label="Secret, for its server alone; shown this once"
        value={application.application_secret}
      />
      <Button look="primary" onClick={() => onOpen(`/applications/${application.application_token}`)}>
        Open it
      </Button>
    </section>
  );
}
