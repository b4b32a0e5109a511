/** Somebody's profile; one's own can be changed. */
import type { ProfileChange, User } from "@parley/client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { MessageSquare } from "lucide-react";
import type { FormEvent } from "react";
import { useLocation } from "wouter";
import { Avatar, nameOf } from "../avatar.tsx";
import { textOf } from "../form.ts";
import { useOpen } from "../parley.tsx";
import { Button, Dialog, Field, Spinner, TextArea, Trouble } from "../ui.tsx";
import { Block } from "./block.tsx";
import { Security } from "./security.tsx";
import { useUser } from "./use-user.ts";

export function UserDialog({ user: number, onClose }: { user: number; onClose: () => void }) {
  const { me } = useOpen();
  const user = useUser(number);
  const isOwn = number === me?.user_number;
  return (
    <Dialog title={isOwn ? "Your profile" : "Profile"} onClose={onClose}>
      <Trouble error={user.error} />
      {user.isLoading && <Spinner label="Reading …" />}
      {user.data &&
        (isOwn ? (
          <>
            <OwnProfile user={user.data} onClose={onClose} />
            <Security />
          </>
        ) : (
          <Profile user={user.data} onClose={onClose} />
        ))}
    </Dialog>
  );
}

function Profile({ user, onClose }: { user: User; onClose: () => void }) {
  const { me } = useOpen();
  const [, navigate] = useLocation();
  const { description, locale } = user.profile;
  return (
    <div className="space-y-4">
      <div className="flex items-center gap-4">
        <Avatar person={user} size="large" />
        <div className="min-w-0">
          <bdi className="block truncate text-lg font-semibold">{nameOf(user)}</bdi>
          <bdi className="block truncate text-sm text-zinc-600 dark:text-zinc-400">{user.username}</bdi>
          {locale && <p className="text-sm text-zinc-600 dark:text-zinc-400">{languageOf(locale)}</p>}
        </div>
      </div>
      {description && (
        <p dir="auto" className="text-sm wrap-anywhere whitespace-pre-wrap">
          {description}
        </p>
      )}
      {me && (
        <div className="flex flex-wrap gap-2">
          <Button
            look="primary"
            onClick={() => {
              onClose();
              navigate(`/users/${user.user_number}`);
            }}
          >
            <MessageSquare className="size-4" aria-hidden /> Write
          </Button>
          <Block user={user.user_number} />
        </div>
      )}
    </div>
  );
}

function languageOf(locale: string): string {
  try {
    return new Intl.DisplayNames(undefined, { type: "language" }).of(locale) ?? locale;
  } catch {
    // Not every tag with an extension has a name.
    return locale;
  }
}

/** A field for colours always has one. */
const unchosen = "#808080";

function OwnProfile({ user, onClose }: { user: User; onClose: () => void }) {
  const { parley, token } = useOpen();
  const queries = useQueryClient();
  const { display_name, description, locale, colour } = user.profile;
  const save = useMutation({
    mutationFn(form: FormData) {
      const given = (name: string): string | null => textOf(form, name) || null;
      const profile: ProfileChange = {
        display_name: given("display_name"),
        description: given("description"),
        locale: given("locale"),
        colour: given("colour") === unchosen && !colour ? null : given("colour"),
      };
      return parley.users.changeProfile("me", profile);
    },
    async onSuccess() {
      await queries.invalidateQueries({ queryKey: [token] });
      onClose();
    },
  });
  function onSubmit(event: FormEvent<HTMLFormElement>): void {
    event.preventDefault();
    save.mutate(new FormData(event.currentTarget));
  }
  return (
    <form className="space-y-4" onSubmit={onSubmit}>
      <p className="text-sm">
        You are <bdi className="font-medium">{user.username}</bdi>, user {user.user_number}.
      </p>
      <Field
        label="Display name"
        name="display_name"
        defaultValue={display_name}
        maxLength={255}
        dir="auto"
      />
      <TextArea label="About you" name="description" defaultValue={description} rows={3} dir="auto" />
      <Field
        label="Language"
        name="locale"
        defaultValue={locale}
        placeholder="pt-BR"
        hint="A language tag."
      />
      <label className="flex items-center gap-3 text-sm font-medium">
        Colour
        <input type="color" name="colour" defaultValue={colour ?? unchosen} className="h-9 w-14 rounded" />
      </label>
      <Trouble error={save.error} />
      <Button type="submit" look="primary" disabled={save.isPending}>
        Save
      </Button>
    </form>
  );
}
