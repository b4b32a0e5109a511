/** What a socket is told of a chat: nothing of it stays behind when the socket goes, whenever that is. */
import { describe, expect, it } from "@jest/globals";
import type { Callers } from "@parley/common/callers";
import type { Changes } from "../../services/realtime-service/src/change-reader.ts";
import type { Connection, Identity } from "../../services/realtime-service/src/connection.ts";
import { createFeeds } from "../../services/realtime-service/src/feeds.ts";
import type { Presence } from "../../services/realtime-service/src/presence.ts";
import { createSubscriptions, type Subscription } from "../../services/realtime-service/src/subscriptions.ts";
import { quiet } from "../support/stores.ts";

const identity = { token: "T", caller: { kind: "guest" } } as Identity;

/** In which reads are answered by hand. */
function aProcess() {
  const reads: ((changes: Changes) => void)[] = [];
  const read = () => new Promise<Changes>((resolve) => reads.push(resolve));
  const feeds = createFeeds<Subscription>({ read, log: quiet });
  const subscriptions = createSubscriptions({
    feeds,
    read,
    callers: { rightIn: async () => "open" } as unknown as Callers,
    readService: { openConversation: async () => -1 },
    presence: { enter: async () => [], leave: () => undefined } as unknown as Presence,
  });
  return { reads, feeds, subscriptions };
}

const aSocket = (sent: unknown[] = []) =>
  ({
    isOpen: true,
    subscriptions: new Map(),
    drained: async () => undefined,
    send: (type: string) => sent.push(type),
    sendAll: (frames: Buffer[]) =>
      sent.push(...frames.map((frame) => JSON.parse(frame.toString()) as unknown)),
  }) as unknown as Connection;

const settled = () => new Promise((resolve) => setImmediate(resolve));
const message = (number: number) => ({
  type: "message" as const,
  content: {
    change_number: number,
    message_number: number,
    message_content: `${number}`,
    sender: undefined,
    created_at: "",
    edited_at: undefined,
  },
});

describe("a socket that connects a chat", () => {
  it("leaves nothing behind when it is closed before it is told so", async () => {
    const { reads, feeds, subscriptions } = aProcess();
    const socket = aSocket();
    const connecting = subscriptions.connect(socket, identity, { chat: 1 }, {});
    await settled();
    subscriptions.endAll(socket);
    reads[0]?.({ last: 0, through: 0, changes: [] });
    await expect(connecting).rejects.toThrow("closed");
    expect(feeds.find("T", 1)).toBeUndefined();
    expect(socket.subscriptions.size).toBe(0);
  });

  it("leaves nothing behind when it was closed before anything was asked", async () => {
    const { reads, feeds, subscriptions } = aProcess();
    const socket = Object.assign(aSocket(), { isOpen: false });
    const connecting = subscriptions.connect(socket, identity, { chat: 1 }, {});
    await settled();
    reads[0]?.({ last: 0, through: 0, changes: [] });
    await expect(connecting).rejects.toThrow("closed");
    expect(feeds.find("T", 1)).toBeUndefined();
    expect(socket.subscriptions.size).toBe(0);
  });

  it("is told of what happens while it is told of what it has missed, once and in order", async () => {
    const { reads, feeds, subscriptions } = aProcess();
    const sent: unknown[] = [];
    const socket = aSocket(sent);
    const connecting = subscriptions.connect(socket, identity, { chat: 1 }, { change: 1 });
    await settled();
    reads[0]?.({ last: 3, through: 0, changes: [] });
    const { begin } = await connecting;
    begin();
    await settled();
    // One more happens while the first ones are read.
    feeds.onChanges([{ token: "T", chat: 1, changeNumber: 4 }]);
    await settled();
    reads[2]?.({ last: 4, through: 4, changes: [message(4)] });
    reads[1]?.({ last: 3, through: 3, changes: [message(2), message(3)] });
    await settled();
    reads[3]?.({ last: 4, through: 4, changes: [message(4)] });
    await settled();
    feeds.onChanges([{ token: "T", chat: 1, changeNumber: 5 }]);
    await settled();
    reads[4]?.({ last: 5, through: 5, changes: [message(5)] });
    await settled();
    expect(sent).toMatchObject(
      [2, 3, 4, 5].map((n) => ({ content: { change_number: n, previous_change: n - 1, chat_number: 1 } })),
    );
    subscriptions.endAll(socket);
    expect(feeds.find("T", 1)).toBeUndefined();
  });
});
