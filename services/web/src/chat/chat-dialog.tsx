/** A chat's members and name, for those who may change them. */
import type { Member, Role } from "@parley/client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { UserMinus, UserPlus } from "lucide-react";
import { useState, type FormEvent } from "react";
import { useLocation } from "wouter";
import { Avatar, nameOf } from "../avatar.tsx";
import { textOf } from "../form.ts";
import { useOpen } from "../parley.tsx";
import { FindUser } from "../people/find-user.tsx";
import { Button, Dialog, Field, IconButton, Spinner, Trouble } from "../ui.tsx";
import { usePages } from "../use-pages.ts";
import { useMembership } from "./use-membership.ts";

const roles: readonly Role[] = ["owner", "moderator", "member"];

type Props = { chat: number; name: string; isPrivate: boolean; onClose: () => void };
export function ChatDialog({ chat, name, isPrivate, onClose }: Props) {
  const { parley, token } = useOpen();
  const queries = useQueryClient();
  const [, navigate] = useLocation();
  const [isAdding, setAdding] = useState(false);
  const members = usePages<Member>(String(chat), () => parley.members.list(chat));
  const own = useMembership(chat);
  const mayManage = own?.role === "owner" || own?.role === "moderator";
  const change = useMutation({
    mutationFn: (act: () => Promise<unknown>) => act(),
    onSuccess() {
      members.retry();
      void queries.invalidateQueries({ queryKey: [token] });
    },
  });
  /** By what there is nothing to be seen here any more. */
  const end = useMutation({
    mutationFn: (act: () => Promise<unknown>) => act(),
    async onSuccess() {
      onClose();
      navigate("/");
      await queries.invalidateQueries({ queryKey: [token] });
    },
  });
  function rename(event: FormEvent<HTMLFormElement>): void {
    event.preventDefault();
    const next = textOf(new FormData(event.currentTarget), "name");
    change.mutate(() => parley.chats.rename(chat, next));
  }
  return (
    <Dialog title="Members and settings" onClose={onClose}>
      <form className="flex items-end gap-2" onSubmit={rename}>
        <div className="grow">
          <Field label="Name" name="name" defaultValue={name} required maxLength={255} dir="auto" />
        </div>
        <Button type="submit" disabled={change.isPending}>
          Rename
        </Button>
      </form>
      <Trouble error={change.error ?? end.error ?? members.error} />
      <ul aria-label="Members" className="max-h-72 overflow-y-auto">
        {members.items.map((member) => (
          <MemberRow
            key={member.user_number}
            member={member}
            mayManage={mayManage}
            onRole={(role) => change.mutate(() => parley.members.put(chat, member.user_number, role))}
            onRemove={() => change.mutate(() => parley.members.remove(chat, member.user_number))}
          />
        ))}
      </ul>
      {members.isLoading && <Spinner label="Reading …" />}
      {members.hasMore && <Button onClick={members.more}>More members</Button>}
      {!members.isLoading && members.items.length === 0 && <p className="text-sm">It has no members yet.</p>}
      <div className="flex gap-2">
        {mayManage && (
          <Button onClick={() => setAdding(true)}>
            <UserPlus className="size-4" aria-hidden /> Bring somebody in
          </Button>
        )}
        {own?.role && (
          <Button look="danger" onClick={() => end.mutate(() => parley.members.remove(chat, "me"))}>
            Leave
          </Button>
        )}
        {isPrivate && own?.role === "owner" && (
          <Button
            look="danger"
            onClick={() =>
              confirm("Delete this chat with all its messages, for everybody?") &&
              end.mutate(() => parley.chats.delete(chat))
            }
          >
            Delete
          </Button>
        )}
      </div>
      {isAdding && (
        <FindUser
          title="Bring somebody in"
          onClose={() => setAdding(false)}
          onChoose={(user) => change.mutate(() => parley.members.put(chat, user))}
        />
      )}
    </Dialog>
  );
}

type MemberProps = { member: Member; mayManage: boolean; onRole: (role: Role) => void; onRemove: () => void };
function MemberRow({ member, mayManage, onRole, onRemove }: MemberProps) {
  const { me } = useOpen();
  const isOwn = member.user_number === me?.user_number;
  return (
    <li className="flex items-center gap-3 py-1.5 text-sm">
      <Avatar person={member} />
      <bdi className="min-w-0 grow truncate">{nameOf(member)}</bdi>
      <select
        aria-label={`Role of ${nameOf(member)}`}
        value={member.role}
        disabled={!mayManage}
        onChange={(event) => onRole(event.target.value as Role)}
        className="rounded-lg border border-zinc-300 bg-transparent px-2 py-1 dark:border-zinc-600 dark:bg-zinc-900"
      >
        {roles.map((role) => (
          <option key={role}>{role}</option>
        ))}
      </select>
      {mayManage && !isOwn && (
        <IconButton label={`Put ${nameOf(member)} out`} onClick={onRemove}>
          <UserMinus className="size-4" />
        </IconButton>
      )}
    </li>
  );
}
