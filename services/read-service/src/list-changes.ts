/**
 * What has changed in a chat since a change number: of each message and member its newest state. Change numbers are given
 * under the lock of the chat's row, so those up to its last change are all there once that can be read.
 */
import type { ChangeFrame } from "@parley/common/frames";
import { presentSender } from "@parley/common/senders";
import type { Knex } from "knex";
import { withSenders } from "./find.ts";
import { findLastChange, listMemberChanges, type MemberChange } from "./queries/changes.ts";
import type { StoredChat } from "./queries/chats.ts";
import { listChangedMessages, type StoredMessage } from "./queries/messages.ts";

/** `through`: all changes up to this one are among them, or before. */
export type Changes = { through: number; changes: ChangeFrame[] };
/**
 * `beyond`: only messages of higher numbers than this one, whatever their changes; `length`: of the contents together at
 * most, unless the first alone has more.
 */
type Range = { after: number; limit: number; beyond?: number | undefined; length?: number | undefined };

function firstOf(messages: readonly StoredMessage[], length: number): readonly StoredMessage[] {
  let sum = 0;
  const end = messages.findIndex(({ content }, i) => (sum += content?.length ?? 0) > length && i > 0);
  return end < 0 ? messages : messages.slice(0, end);
}

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
  { after, limit, beyond, length = Infinity }: Range,
): Promise<Changes> {
  const { id, lastChange, nameChange, memberChange, state, name } = chat;
  if (lastChange <= after) return { through: lastChange, changes: [] };
  if (state !== "live") {
    const content = { change_number: lastChange, deleted: true as const };
    return { through: lastChange, changes: [{ type: "chat-updated", content }] };
  }
  const found = await listChangedMessages(db, id, { after, through: lastChange, beyond, limit });
  const messages = firstOf(found, length);
  const last = messages.at(-1)?.changeNumber ?? 0;
  const isAllFound = messages.length === found.length && found.length < limit;
  const through = isAllFound ? lastChange : last;
  const isAll = beyond === undefined;
  const members = isAll && memberChange > after ? await listMemberChanges(db, id, { after, through }) : [];
  const changes: ChangeFrame[] = [
    ...(await withSenders(db, messages)).map(presentMessageChange),
    ...members.map(presentMemberChange),
  ];
  if (isAll && nameChange > after && nameChange <= through) {
    changes.push({ type: "chat-updated", content: { change_number: nameChange, chat_name: name } });
  }
  changes.sort((a, b) => a.content.change_number - b.content.change_number);
  const top = changes.at(-1)?.content.change_number ?? after;
  // What was changed again while it was read comes later: nobody is told of a change before it that is nowhere.
  const isOvertaken =
    isAll && isAllFound && top < lastChange && (await findLastChange(db, id)) !== lastChange;
  return { through: isOvertaken ? top : through, changes };
}
