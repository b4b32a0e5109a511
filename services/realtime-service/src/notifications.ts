/** New messages for users who have not connected the chat that they are in, on those of their sockets alone. */
import type { Change } from "@parley/common/changes";
import { kindOfChat, publicChatNumber } from "@parley/common/chat-number";
import type { ChangeFrame, Place } from "@parley/common/frames";
import { chatKey } from "@parley/common/ledger";
import type { Logger } from "@parley/common/log";
import { LRUCache } from "lru-cache";
import type { ReadChanges } from "./change-reader.ts";
import type { Connection } from "./connection.ts";
import type { Groups } from "./groups.ts";
import type { Members } from "./members.ts";

const messagesAtMost = 50;
const remembered = 20_000;

type Dependencies = { groups: Groups; members: Members; read: ReadChanges; log: Logger };
type NewMessage = Extract<ChangeFrame, { type: "message" }>["content"];

export function createNotifications({ groups, members, read, log }: Dependencies) {
  /** Up to which change it was told of: some changes come twice. */
  const told = new LRUCache<string, number>({ max: remembered });

  /** By user. */
  function listUnconnected(
    { token, chat }: Change,
    users: readonly number[],
  ): (readonly [user: number, connections: Connection[]])[] {
    const { byUser } = groups.find(token) ?? {};
    return users.flatMap((user) => {
      const unconnected = [...(byUser?.get(user) ?? [])].filter(
        ({ subscriptions }) => ![...subscriptions.values()].some(({ feed }) => feed?.chat === chat),
      );
      return unconnected.length > 0 ? [[user, unconnected] as const] : [];
    });
  }

  async function listNew(change: Change): Promise<NewMessage[]> {
    const { token, chat, changeNumber } = change;
    const key = chatKey(token, chat);
    const after = Math.max(change.after ?? changeNumber - 1, told.get(key) ?? 0);
    if (after >= changeNumber) return [];
    told.set(key, changeNumber);
    const { changes } = await read({ token, chat, after, limit: messagesAtMost });
    return changes.flatMap(({ type, content }) =>
      type === "message" && content.change_number <= changeNumber ? [content] : [],
    );
  }

  async function notify(change: Change): Promise<void> {
    const { token, chat } = change;
    const users = await members.of(token, chat);
    const unconnected = listUnconnected(change, users);
    if (unconnected.length === 0) return;
    for (const { change_number: _, ...message } of await listNew(change)) {
      for (const [user, connections] of unconnected) {
        if (message.sender?.user_number === user) continue;
        const place: Place =
          kindOfChat(chat) === "direct"
            ? { user_number: users.find((other) => other !== user) ?? user }
            : { chat_number: publicChatNumber(chat) };
        for (const connection of connections) connection.send("notification", { ...place, ...message });
      }
    }
  }

  return (changes: readonly Change[]): void => {
    for (const change of changes) {
      if (!groups.find(change.token)?.byUser.size) continue;
      notify(change).catch((err: unknown) => log.debug({ err }, "users not notified"));
    }
  };
}
