/**
 * What has changed in a chat since a change number: of each message and member its newest state. Change numbers are given
 * under the lock of the chat's row, so those up to its last change are all there once that can be read.
 */
import type { ChangeFrame } from "@parley/common/frames";
import { presentSender } from "@parley/common/senders";
import type { Knex } from "knex";
import { withSenders } from "./find.ts";
import { listMemberChanges, type MemberChange } from "./queries/changes.ts";
import type { StoredChat } from "./queries/chats.ts";
import { listChangedMessages, type StoredMessage } from "./queries/messages.ts";

/** `through`: all changes up to this one are among them, or before. */
export type Changes = { through: number; changes: ChangeFrame[] };
/** `beyond`: only messages of higher numbers than this one, whatever their changes. */
type Range = { after: number; limit: number; beyond?: number | undefined };

function presentMessageChange(message: StoredMessage): ChangeFrame {
  const { number, changeNumber, state, content, sender, createdAt, editedAt } = message;
  const numbers = { change_number: changeNumber, message_number: number };
  if (state !== "live" && state !== "edited") return { type: "message-deleted", content: numbers };
  const shown = {
    ...numbers,
    message_content: content,
    sender: sender && presentSender(sender),
    created_at: createdAt.toISOString(),
    edited_at: editedAt?.toISOString(),
  };
  return { type: state === "live" ? "message" : "message-updated", content: shown };
}

function presentMemberChange({ changeNumber, user, role }: MemberChange): ChangeFrame {
  const content = { change_number: changeNumber, user: presentSender(user) };
  return role ? { type: "join", content: { ...content, role } } : { type: "leave", content };
}

/** A chat that was deleted has but this change; its messages go. */
export async function listChanges(
  db: Knex,
  chat: StoredChat,
  { after, limit, beyond }: Range,
): Promise<Changes> {
  const { id, lastChange, nameChange, memberChange, state, name } = chat;
  if (lastChange <= after) return { through: lastChange, changes: [] };
  if (state !== "live") {
    const content = { change_number: lastChange, deleted: true as const };
    return { through: lastChange, changes: [{ type: "chat-updated", content }] };
  }
  const messages = await listChangedMessages(db, id, { after, through: lastChange, beyond, limit });
  const last = messages.at(-1)?.changeNumber ?? 0;
  const through = messages.length === limit ? last : lastChange;
  const isAll = beyond === undefined;
  const members = isAll && memberChange > after ? await listMemberChanges(db, id, { after, through }) : [];
  const changes: ChangeFrame[] = [
    ...(await withSenders(db, messages)).map(presentMessageChange),
    ...members.map(presentMemberChange),
  ];
  if (isAll && nameChange > after && nameChange <= through) {
    changes.push({ type: "chat-updated", content: { change_number: nameChange, chat_name: name } });
  }
  return { through, changes: changes.toSorted((a, b) => a.content.change_number - b.content.change_number) };
}
