/** New messages for users who have not connected the chat that they are in, on those of their sockets alone. */
import type { Callers } from "@parley/common/callers";
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

type Dependencies = { callers: Callers; groups: Groups; members: Members; read: ReadChanges; log: Logger };
/** Sockets of one user. */
type Notified = { user: number; connections: Connection[] };
type NewMessage = Extract<ChangeFrame, { type: "message" }>["content"];

export function createNotifications({ callers, groups, members, read, log }: Dependencies) {
  /** Up to which change it was told of: some changes come twice. */
  const told = new LRUCache<string, number>({ max: remembered });

  /** Those who were members may have been removed since. */
  const mayRead = async ({ identity }: Connection, { token, chat }: Change): Promise<boolean> =>
    identity !== undefined &&
    (kindOfChat(chat) === "direct" || (await callers.mayRead(identity.caller, { token, chat })));

  async function listUnconnected(change: Change, users: readonly number[]): Promise<Notified[]> {
    const { byUser } = groups.find(change.token) ?? {};
    const notified = users.map(async (user): Promise<Notified> => {
      const connections: Connection[] = [];
      for (const connection of byUser?.get(user) ?? []) {
        const connected = [...connection.subscriptions.values()];
        if (connected.some(({ feed }) => feed?.chat === change.chat)) continue;
        if (await mayRead(connection, change)) connections.push(connection);
      }
      return { user, connections };
    });
    return (await Promise.all(notified)).filter(({ connections }) => connections.length > 0);
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
    const unconnected = await listUnconnected(change, users);
    if (unconnected.length === 0) return;
    for (const { change_number: _, ...message } of await listNew(change)) {
      for (const { user, connections } of unconnected) {
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
