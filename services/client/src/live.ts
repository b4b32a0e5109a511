/** All that is live: chats over one socket, which are resumed whenever it is back. */
import type { Api } from "./api.ts";
import { createEmitter } from "./emitter.ts";
import { noAnswer, ParleyError, type Problem } from "./errors.ts";
import { jittered, pause, type Http } from "./http.ts";
import { createLiveChat, type LiveChat } from "./live-chat.ts";
import type { Unsent } from "./outbox.ts";
import { keyOf, nameOf } from "./places.ts";
import { createSocket, type SocketConstructor, type Status } from "./socket.ts";
import type { ChangeFrame, Frame, Message, Person, Place, PlaceName } from "./types.ts";

export type LiveEvents = {
  status: Status;
  /** What is shown of a chat has changed; `frame`: by that change. */
  change: { chat: LiveChat; frame?: ChangeFrame };
  typing: { chat: LiveChat; user: Person };
  read: { chat: LiveChat; user: Person; messageNumber: number };
  /** A new message where nothing is connected. */
  notification: PlaceName & Message;
};
export type Live = ReturnType<typeof createLive>;
type ConnectOptions = { after?: number; unsent?: readonly Unsent[] };
type Heads = { chats?: Record<string, number>; users?: Record<string, number> };
type Resumed = Heads & { errors?: (PlaceName & { error: Problem })[] };

const changeTypes = ["message", "message-updated", "message-deleted", "join", "leave", "chat-updated"];

function* headsOf({ chats = {}, users = {} }: Heads): Generator<[key: string, head: number]> {
  for (const [chat, head] of Object.entries(chats)) yield [`chat ${chat}`, head];
  for (const [user, head] of Object.entries(users)) yield [`user ${user}`, head];
}

export function createLive({ http, api, WebSocket }: { http: Http; api: Api; WebSocket: SocketConstructor }) {
  const { on, emit } = createEmitter<LiveEvents>();
  const chats = new Map<string, LiveChat>();
  /** Whoever connects a chat that is being connected waits for the same. */
  const connecting = new Map<LiveChat, Promise<LiveChat>>();
  const whenOnline: { resolve: () => void; reject: (err: ParleyError) => void }[] = [];

  const socket = createSocket({
    http,
    WebSocket,
    onFrame,
    onStatus: (status) => {
      const isOver = status === "closed" || status === "logged-out";
      const over = isOver ? noAnswer(`The connection is ${status}.`) : undefined;
      if (over) for (const { reject } of whenOnline.splice(0)) reject(over);
      emit("status", status);
    },
    onAuthenticated: () => {
      for (const { resolve } of whenOnline.splice(0)) resolve();
      for (const chat of chats.values()) chat.internals.flush();
      void resume();
    },
  });

  /** @throws ParleyError when it will not come back by itself */
  const online = (): Promise<void> =>
    socket.status === "online"
      ? Promise.resolve()
      : new Promise((resolve, reject) => whenOnline.push({ resolve, reject }));

  /** As often as it takes: the connection may be lost before the answer. */
  async function askToConnect(chat: LiveChat, after: number | undefined): Promise<Record<string, unknown>> {
    for (let attempt = 0; ; attempt += 1) {
      await online();
      try {
        return await socket.ask("connect-chat", { ...chat.name, last_change: after });
      } catch (err) {
        if (!(err instanceof ParleyError && err.isTemporary)) throw err;
        await pause(jittered(attempt, 500, 10_000));
      }
    }
  }

  async function connect(chat: LiveChat, after: number | undefined): Promise<LiveChat> {
    try {
      const answer = await askToConnect(chat, after);
      chat.internals.onConnected(after ?? (answer["last_change"] as number), answer["present"] as number[]);
      chat.internals.flush();
      return chat;
    } catch (err) {
      const key = keyOf(chat.name);
      if (chats.get(key) === chat) chats.delete(key);
      throw err;
    }
  }

  function onFrame({ type, content }: Frame): void {
    if (type === "heads") return onHeads(content);
    if (type === "notification") return emit("notification", content as PlaceName & Message);
    const chat = chats.get(keyOf(content));
    if (!chat) return;
    const user = content["user"] as Person;
    if (changeTypes.includes(type)) return chat.internals.take({ type, content } as unknown as ChangeFrame);
    switch (type) {
      case "resync":
        return chat.internals.onHead(content["last_change"] as number);
      case "presence":
        return chat.internals.onPresence(user, content["status"] as string);
      case "typing":
        return emit("typing", { chat, user });
      case "read":
        return emit("read", { chat, user, messageNumber: content["message_number"] as number });
      case "error":
        return chat.internals.end();
    }
  }

  function onHeads(heads: Heads): void {
    for (const [key, head] of headsOf(heads)) chats.get(key)?.internals.onHead(head);
  }

  /** From where each chat was left; what cannot be resumed for good has ended. */
  async function resume(): Promise<void> {
    const known = [...chats.values()].filter(({ isConnected, isEnded }) => isConnected && !isEnded);
    if (known.length === 0) return;
    const cursors = { chats: {} as Record<string, number>, users: {} as Record<string, number> };
    for (const { name, cursor } of known) {
      if (name.user_number !== undefined) cursors.users[name.user_number] = cursor;
      else cursors.chats[String(name.chat_number)] = cursor;
    }
    try {
      const { errors = [] } = (await socket.ask("resume", cursors)) as Resumed;
      const isForNow = errors.filter((one) => new ParleyError(one.error).isTemporary);
      for (const one of errors) if (!isForNow.includes(one)) chats.get(keyOf(one))?.internals.end();
      if (isForNow.length > 0) setTimeout(() => void resume(), 1000);
    } catch {
      // The connection was lost again; the next one resumes.
    }
  }

  return {
    on,
    /** Opens the socket, and keeps it open. */
    start: (): void => socket.start(),
    get status(): Status {
      return socket.status;
    },

    /**
     * Connects a chat; with `after`, a change, from there on. Without it, what was before is read by `loadOlder`. `unsent`
     * is what was still outgoing before a restart.
     * @throws ParleyError when it may not be read, or the connection is closed
     */
    async connect(place: Place, { after, unsent = [] }: ConnectOptions = {}): Promise<LiveChat> {
      const key = keyOf(nameOf(place));
      const before = chats.get(key);
      if (before && !before.isEnded) return connecting.get(before) ?? before;
      socket.start();
      const chat = createLiveChat({
        api,
        place,
        unsent,
        ask: socket.ask,
        online,
        onChange: (frame) => emit("change", { chat, ...(frame && { frame }) }),
      });
      chats.set(key, chat);
      const connected = connect(chat, after).finally(() => connecting.delete(chat));
      connecting.set(chat, connected);
      return connected;
    },

    async disconnect(chat: LiveChat): Promise<void> {
      chats.delete(keyOf(chat.name));
      chat.internals.stop();
      await socket.ask("disconnect-chat", chat.name).catch(() => undefined);
    },

    close(): void {
      for (const chat of chats.values()) chat.internals.stop();
      chats.clear();
      socket.close();
    },
  };
}
