/** A chat's state comes out right however its frames and pages arrive. */
import { describe, expect, it } from "@jest/globals";
import { ChatState } from "../../services/client/src/chat-state.ts";
import type { ChangeFrame, Message } from "../../services/client/src/types.ts";

type Stored = { change: number; content: string | undefined };

/** A chat on the server: messages by number, and its changes as they are told live and read. */
function aServer(random: (n: number) => number) {
  const stored = new Map<number, Stored>();
  const live: ChangeFrame[] = [];
  let last = 0;

  const frameOf = (number: number, { change, content }: Stored, previous: number): ChangeFrame => {
    const numbers = {
      chat_number: 1,
      change_number: change,
      previous_change: previous,
      message_number: number,
    };
    if (content === undefined) return { type: "message-deleted", content: numbers };
    return { type: "message", content: { ...numbers, message_content: content, created_at: "now" } };
  };
  return {
    live,
    get last(): number {
      return last;
    },
    act(): void {
      const isNew = stored.size === 0 || random(2) === 0;
      const number = isNew ? stored.size + 1 : 1 + random(stored.size);
      if (!isNew && stored.get(number)?.content === undefined) return;
      last += 1;
      const next = { change: last, content: !isNew && random(4) === 0 ? undefined : `text ${last}` };
      stored.set(number, next);
      live.push(frameOf(number, next, last - 1));
    },
    /** As GET …/changes. */
    changes(after: number): ChangeFrame[] {
      const found = [...stored].filter(([, { change }]) => change > after);
      let previous = after;
      return found
        .toSorted((a, b) => a[1].change - b[1].change)
        .map(([number, state]) => {
          const frame = frameOf(number, state, previous);
          previous = state.change;
          return frame;
        });
    },
    /** As GET …/messages. */
    page(): Message[] {
      return [...stored].flatMap(([number, { change, content }]) =>
        content === undefined
          ? []
          : [{ message_number: number, message_content: content, created_at: "now", change_number: change }],
      );
    },
  };
}

function aRandom(seed: number): (n: number) => number {
  let state = seed;
  return (n) => (state = (state * 48_271) % 2_147_483_647) % n;
}

const shown = (messages: readonly Message[]) =>
  messages
    .map(({ message_number, message_content }) => [message_number, message_content] as const)
    .toSorted((a, b) => a[0] - b[0]);

describe("a chat's state", () => {
  it("is the server's, though frames are lost, doubled and late, and pages are old", () => {
    for (let seed = 1; seed <= 200; seed += 1) {
      const random = aRandom(seed);
      const server = aServer(random);
      const state = new ChatState();
      const late: ChangeFrame[] = [];
      const pages: Message[][] = [];
      for (let i = 0; i < 60; i += 1) {
        server.act();
        const frame = server.live.at(-1);
        if (frame && random(5) > 0) late.push(frame);
        if (random(8) === 0) pages.push(server.page());
        const told = late.splice(0, random(late.length + 1));
        for (const one of random(10) === 0 ? [...told, ...told] : told) {
          if (state.apply(one) !== "gap") continue;
          for (const missed of server.changes(state.cursor)) state.apply(missed);
          expect(state.apply(one)).not.toBe("gap");
        }
        if (random(6) === 0) state.merge(pages.shift() ?? []);
      }
      for (const missed of server.changes(state.cursor)) state.apply(missed);
      for (const page of pages) state.merge(page);
      expect(state.cursor).toBe(server.last);
      expect(shown(state.messages)).toEqual(shown(server.page()));
    }
  });

  it("does not take a change whose predecessor it has not seen", () => {
    const random = aRandom(3);
    const server = aServer(random);
    for (let i = 0; i < 10; i += 1) server.act();
    const state = new ChatState();
    expect(server.live.slice(1).map((frame) => state.apply(frame))).toEqual(
      Array.from({ length: server.live.length - 1 }, () => "gap"),
    );
    expect([state.cursor, state.messages]).toEqual([0, []]);
  });

  it("lets no older page bring a deleted message back", () => {
    const state = new ChatState();
    const content = { change_number: 2, previous_change: 0, message_number: 1 };
    state.apply({ type: "message-deleted", content });
    state.merge([{ message_number: 1, message_content: "gone", created_at: "now", change_number: 1 }]);
    state.merge([{ message_number: 1, message_content: "gone", created_at: "now" }]);
    expect(state.messages).toEqual([]);
    expect(state.get(1)).toBeNull();
  });
});
