/**
 * A client that does what the contract says and no more: it applies changes in order, reads what is missing between two of
 * them, and resumes where it was. It notes what it should never see.
 */
import { setTimeout as pause } from "node:timers/promises";
import { WebSocket } from "ws";

type Change = { type: string; content: Record<string, unknown> & { change_number: number } };
type Frame = { type: string; id?: number; content: Record<string, unknown> };
type Chat = {
  number: number;
  cursor: number;
  messages: Map<number, string>;
  waiting: Change[];
  isReading: boolean;
  /** The last change that came over this connection. */
  lastSent: number;
};
type Options = { url: string; token: string; chats: readonly number[]; accessToken?: string | undefined };
export type ModelClient = ReturnType<typeof startModelClient>;

const changeTypes = ["message", "message-updated", "message-deleted", "join", "leave", "chat-updated"];
const againMs = 200;

export function startModelClient({ url, token, chats: numbers, accessToken }: Options) {
  const chats = new Map<number, Chat>(
    numbers.map((number) => [
      number,
      { number, cursor: 0, messages: new Map(), waiting: [], isReading: false, lastSent: 0 },
    ]),
  );
  const headers = accessToken === undefined ? {} : { Authorization: `Bearer ${accessToken}` };
  const seen = { connections: 0, gaps: 0, resyncs: 0, behind: 0 };
  const closes: { code: number; reason: string }[] = [];
  /** Changes that came twice, or after a later one, on one connection. */
  const repeated: string[] = [];
  let socket: WebSocket | undefined;
  let stopped = false;

  function apply(chat: Chat, { type, content }: Change): void {
    const number = content["message_number"] as number;
    if (type === "message" || type === "message-updated") {
      chat.messages.set(number, String(content["message_content"]));
    }
    if (type === "message-deleted") chat.messages.delete(number);
    chat.cursor = content.change_number;
  }

  function take(chat: Chat, change: Change): void {
    if (chat.isReading) return void chat.waiting.push(change);
    const { change_number: number, previous_change: previous } = change.content;
    if (number <= chat.cursor) return;
    if (Number(previous) <= chat.cursor) return apply(chat, change);
    seen.gaps += 1;
    chat.waiting.push(change);
    void readOn(chat);
  }

  /** All changes behind the cursor. */
  async function readOn(chat: Chat): Promise<void> {
    if (chat.isReading) return;
    chat.isReading = true;
    for (let hasMore = true; hasMore && !stopped;) {
      const path = `/api/applications/${token}/chats/${chat.number}/changes?after=${chat.cursor}&limit=200`;
      const reply = await fetch(`${url}${path}`, { headers }).catch(() => undefined);
      const page = reply?.ok ? ((await reply.json().catch(() => undefined)) as Change[]) : undefined;
      if (!reply || !page) {
        await pause(againMs);
        continue;
      }
      for (const change of page) apply(chat, change);
      chat.cursor = Math.max(chat.cursor, Number(reply.headers.get("last-change")));
      hasMore = reply.headers.has("link");
    }
    chat.isReading = false;
    for (const change of chat.waiting.splice(0)) take(chat, change);
  }

  function onChange(change: Change): void {
    const chat = chats.get(Number(change.content["chat_number"]));
    if (!chat) return;
    const { change_number: number } = change.content;
    if (number <= chat.lastSent) repeated.push(`${chat.number}: ${number} after ${chat.lastSent}`);
    chat.lastSent = number;
    take(chat, change);
  }

  function resume(own: WebSocket, some: Iterable<Chat>): void {
    const cursors = [...some].map((chat) => [chat.number, chat.cursor] as const);
    own.send(
      JSON.stringify({
        type: "resume",
        id: 1,
        content: { chats: Object.fromEntries(cursors), application_token: token, access_token: accessToken },
      }),
    );
  }

  /** A chat that could not be connected just then is asked for again. */
  function onResumed(own: WebSocket, content: Frame["content"]): void {
    const errors = content["errors"] as { chat_number: number; error: { status: number } }[];
    const again = errors.filter(({ error }) => error.status === 503);
    if (again.length === 0) return;
    setTimeout(() => {
      const some = again.flatMap(({ chat_number: number }) => chats.get(number) ?? []);
      if (own.readyState === WebSocket.OPEN) resume(own, some);
    }, againMs);
  }

  function onFrame(own: WebSocket, { type, id, content }: Frame): void {
    if (changeTypes.includes(type)) return onChange({ type, content } as Change);
    const chat = chats.get(Number(content["chat_number"]));
    switch (type) {
      case "resume":
        return onResumed(own, content);
      case "error":
        // Whatever stands in the way of all of it.
        if (id === 1) own.terminate();
        return;
      case "resync":
        seen.resyncs += 1;
        if (chat) void readOn(chat);
        return;
      case "heads":
        for (const [number, last] of Object.entries(content["chats"] as Record<string, number>)) {
          const behind = chats.get(Number(number));
          if (!behind || last <= behind.cursor || behind.isReading) continue;
          seen.behind += 1;
          void readOn(behind);
        }
        return;
      default:
    }
  }

  function waitFor(code: number, reason: string): number {
    if (code !== 1012) return againMs * (0.5 + Math.random());
    return (JSON.parse(reason) as { reconnect_after_ms: number }).reconnect_after_ms;
  }

  function connect(): void {
    if (stopped) return;
    const own = new WebSocket(`${url.replace("http", "ws")}/ws`);
    socket = own;
    for (const chat of chats.values()) chat.lastSent = 0;
    own.on("open", () => {
      seen.connections += 1;
      resume(own, chats.values());
    });
    own.on("message", (data: Buffer) => {
      if (socket === own) onFrame(own, JSON.parse(data.toString()) as Frame);
    });
    own.on("error", () => undefined);
    own.on("close", (code, reason) => {
      closes.push({ code, reason: reason.toString() });
      setTimeout(connect, waitFor(code, reason.toString()));
    });
  }
  connect();

  return {
    token,
    seen,
    closes,
    repeated,
    /** By chat. */
    cursors: (): Map<number, number> => new Map([...chats].map(([n, { cursor }]) => [n, cursor])),
    messages: (chat: number): ReadonlyMap<number, string> => chats.get(chat)?.messages ?? new Map(),
    isIdle: (): boolean => [...chats.values()].every(({ isReading }) => !isReading),
    get socket(): WebSocket | undefined {
      return socket;
    },
    /** As a network does that is lost. */
    cut: (): void => socket?.terminate(),
    stop(): void {
      stopped = true;
      socket?.terminate();
    },
  };
}

/** What is different from what GET gives, for each client and chat; nothing once all have come to its end. */
export async function findDifferences(url: string, clients: readonly ModelClient[]): Promise<string[]> {
  const known = new Map<string, Map<number, string>>();
  async function read(token: string, chat: number): Promise<Map<number, string>> {
    const before = known.get(`${token} ${chat}`);
    if (before) return before;
    const messages = new Map<number, string>();
    let next: string | undefined = `/api/applications/${token}/chats/${chat}/messages?limit=200`;
    while (next) {
      const reply: Response = await fetch(`${url}${next}`);
      if (!reply.ok) throw new Error(`messages not read: ${reply.status}`);
      const page = (await reply.json()) as { message_number: number; message_content: string }[];
      for (const { message_number: number, message_content } of page) messages.set(number, message_content);
      next = /<([^>]+)>; rel="next"/.exec(reply.headers.get("link") ?? "")?.[1];
    }
    known.set(`${token} ${chat}`, messages);
    return messages;
  }
  const differences: string[] = [];
  for (const [i, client] of clients.entries()) {
    for (const [chat, cursor] of client.cursors()) {
      const [right, own] = [await read(client.token, chat), client.messages(chat)];
      const wrong = [...new Set([...right.keys(), ...own.keys()])].filter((n) => right.get(n) !== own.get(n));
      if (wrong.length === 0) continue;
      const [first = 0] = wrong;
      const what = `${first} is ${own.get(first)}, not ${right.get(first)}`;
      differences.push(`client ${i}, chat ${chat}, at ${cursor}: ${wrong.length} differ; ${what}`);
    }
  }
  return differences;
}
