/** A new chat, open or private. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { FormEvent } from "react";
import { useLocation } from "wouter";
import { textOf } from "../form.ts";
import { useOpen } from "../parley.tsx";
import { Button, Dialog, Field, Trouble } from "../ui.tsx";
import { useSameKey } from "../use-same-key.ts";

export function NewChat({ onClose }: { onClose: () => void }) {
  const { parley, token, me } = useOpen();
  const queries = useQueryClient();
  const [, navigate] = useLocation();
  const keyFor = useSameKey();
  const create = useMutation({
    async mutationFn(form: FormData) {
      const name = textOf(form, "name");
      const isPrivate = form.get("private") !== null;
      const chat = await parley.chats.create(
        { ...(name && { name }), isPrivate },
        { key: keyFor(name, isPrivate) },
      );
      if (me && !isPrivate) await parley.members.put(chat.chat_number, "me");
      return chat;
    },
    onSuccess({ chat_number: chat }) {
      void queries.invalidateQueries({ queryKey: [token] });
      onClose();
      navigate(`/chats/${chat}`);
    },
  });
  function onSubmit(event: FormEvent<HTMLFormElement>): void {
    event.preventDefault();
    create.mutate(new FormData(event.currentTarget));
  }
  return (
    <Dialog title="New chat" onClose={onClose}>
      <form className="space-y-4" onSubmit={onSubmit}>
        <Field label="Name" name="name" maxLength={255} autoFocus />
        {me && (
          <label className="flex items-center gap-2 text-sm">
            <input type="checkbox" name="private" className="size-4 accent-indigo-600" />
            Private: only its members see that it is there
          </label>
        )}
        <Trouble error={create.error} />
        <Button type="submit" look="primary" disabled={create.isPending}>
          Create
        </Button>
      </form>
    </Dialog>
  );
}
