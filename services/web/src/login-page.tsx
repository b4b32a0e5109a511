/** Log in, register, or look around as a guest. */
import { createParley, ParleyError } from "@parley/client";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { Link } from "wouter";
import { textOf } from "./form.ts";
import { setGuest, writeSession } from "./session.ts";
import { Button, Field, linkLook, Trouble } from "./ui.tsx";

export function LoginPage({ token, onLogin }: { token: string; onLogin: () => void }) {
  const [isNew, setNew] = useState(false);
  const application = useQuery({
    queryKey: [token, "guest"],
    queryFn: () => createParley({ url: location.origin, applicationToken: token }).application.get(),
    retry: false,
  });
  const enter = useMutation({
    async mutationFn(form: FormData) {
      const [username, displayName] = [textOf(form, "username"), textOf(form, "display_name")];
      // With its spaces, since they may be meant.
      const password = form.get("password") as string;
      const parley = createParley({
        url: location.origin,
        applicationToken: token,
        onTokens: (tokens) => writeSession(token, tokens),
      });
      if (isNew) {
        await parley.register({ username, password, ...(displayName && { display_name: displayName }) });
        setNew(false);
      }
      await parley.login(username, password);
    },
    onSuccess: onLogin,
  });
  function onSubmit(event: FormEvent<HTMLFormElement>): void {
    event.preventDefault();
    enter.mutate(new FormData(event.currentTarget));
  }
  const name = application.data?.application_name;
  // 401: guests have no access, but who logs in has.
  const isClosed = application.error instanceof ParleyError && application.error.status === 401;
  return (
    <div className="h-full overflow-y-auto">
      <main className="mx-auto max-w-sm space-y-6 px-4 py-12">
        <h1 className="text-2xl font-bold tracking-tight">
          <bdi>{name ?? "Parley"}</bdi>
        </h1>
        {!isClosed && <Trouble error={application.error} />}
        <div
          role="group"
          aria-label="Log in or register"
          className="flex rounded-lg bg-zinc-100 p-1 dark:bg-zinc-800"
        >
          {[false, true].map((which) => (
            <button
              key={String(which)}
              type="button"
              aria-pressed={isNew === which}
              onClick={() => {
                setNew(which);
                enter.reset();
              }}
              className="grow rounded-md px-3 py-1.5 text-sm font-medium aria-pressed:bg-white aria-pressed:shadow-sm dark:aria-pressed:bg-zinc-600"
            >
              {which ? "Register" : "Log in"}
            </button>
          ))}
        </div>
        <form className="space-y-4" onSubmit={onSubmit}>
          <Field label="User name" name="username" required autoComplete="username" autoCapitalize="none" />
          {isNew && (
            <Field label="Display name" name="display_name" autoComplete="name" hint="May be left out." />
          )}
          <Field
            label="Password"
            name="password"
            type="password"
            required
            autoComplete={isNew ? "new-password" : "current-password"}
            hint={isNew && "8 to 128 characters, and none of those that everybody tries."}
          />
          <Trouble error={enter.error} />
          <Button type="submit" look="primary" className="w-full" disabled={enter.isPending}>
            {isNew ? "Register and log in" : "Log in"}
          </Button>
        </form>
        {name !== undefined && (
          <Button
            look="quiet"
            className="w-full"
            onClick={() => {
              setGuest(token, true);
              onLogin();
            }}
          >
            Look around as a guest
          </Button>
        )}
        <p className="text-center text-sm">
          <Link href="~/" className={linkLook}>
            All applications
          </Link>
        </p>
      </main>
    </div>
  );
}
