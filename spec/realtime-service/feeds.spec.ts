/** A feed gives each follower every change behind its head once, in order, whatever is lost or doubled on the way to it. */
import { setImmediate as turn } from "node:timers/promises";
import { describe, expect, it } from "@jest/globals";
import { createLogger } from "../../services/common/src/log.ts";
import type { Asked, Changes } from "../../services/realtime-service/src/change-reader.ts";
import { createFeeds, type Delivery } from "../../services/realtime-service/src/feeds.ts";
import { waitUntil } from "../support/wait-until.ts";

const token = "22398941-880a-4f0d-a44d-d45707392b97";
const place = { chat_number: 1 };

/** A chat whose messages are sent and edited; of each only the newest state can be read. */
function aChat() {
  let last = 0;
  let failures = 0;
  const newest = new Map<number, number>();
  return {
    get last(): number {
      return last;
    },
    get numbers(): number[] {
      return [...newest.values()].toSorted((a, b) => a - b);
    },
    change(number: number): void {
      last += 1;
      newest.set(number, last);
    },
    failNext: (n: number): void => void (failures += n),
    async read({ after, limit }: Asked): Promise<Changes> {
      await turn();
      if (failures > 0) {
        failures -= 1;
        throw new Error("read-service is away");
      }
      const found = [...newest].filter(([, change]) => change > after).toSorted((a, b) => a[1] - b[1]);
      const page = found.slice(0, limit);
      const through = found.length > page.length ? (page.at(-1)?.[1] ?? after) : last;
      return {
        last,
        through: limit === 0 ? Math.min(last, after) : through,
        changes: page.map(([number, change]) => ({
          type: "message-deleted",
          content: { change_number: change, message_number: number },
        })),
      };
    },
  };
}

function aFollower() {
  const changes: { change_number: number; previous_change: number; message_number: number }[] = [];
  return {
    changes,
    deliver(delivery: Delivery): void {
      for (const { data } of delivery.framesFor(place)) {
        changes.push((JSON.parse(data.toString()) as { content: (typeof changes)[number] }).content);
      }
    },
  };
}

describe("a feed", () => {
  it("makes up for announcements that are lost, doubled, late or early, and for reads that fail", async () => {
    const chat = aChat();
    const log = createLogger("spec", "silent");
    const feeds = createFeeds({ read: (asked) => chat.read(asked), log });
    const followers: { follower: ReturnType<typeof aFollower>; head: number }[] = [];
    let seed = 7;
    const random = (n: number): number => (seed = (seed * 48_271) % 2_147_483_647) % n;
    for (let i = 0; i < 2000; i += 1) {
      chat.change(1 + random(300));
      const told = { token, chat: 1, changeNumber: Math.max(1, chat.last - random(3)) };
      if (random(5) > 0) feeds.onChanges([told]);
      if (random(20) === 0) feeds.onChanges([told, told]);
      if (random(400) === 0) chat.failNext(1);
      if (random(100) === 0) {
        const follower = aFollower();
        const joined = feeds.follow(token, 1, follower);
        // One that cannot be opened is told so.
        await joined.then(({ head }) => followers.push({ follower, head })).catch(() => undefined);
      }
      if (random(3) === 0) await turn();
    }
    feeds.checkAll();
    expect(followers.length).toBeGreaterThan(10);
    await waitUntil(() =>
      followers.every(({ follower }) => follower.changes.at(-1)?.change_number === chat.last),
    );
    for (const { follower, head } of followers) {
      const states = new Map(follower.changes.map((change) => [change.message_number, change.change_number]));
      const seen = [...states.values()].toSorted((a, b) => a - b);
      expect(seen).toEqual(chat.numbers.filter((change) => change > head));
      let before = head;
      for (const change of follower.changes) {
        expect(change.previous_change).toBe(before);
        expect(change.change_number).toBeGreaterThan(before);
        before = change.change_number;
      }
    }
  });

  it("is forgotten with its last follower, and opened anew by the next", async () => {
    const chat = aChat();
    const feeds = createFeeds({ read: (asked) => chat.read(asked), log: createLogger("spec", "silent") });
    const follower = aFollower();
    const feed = await feeds.follow(token, 1, follower);
    feeds.leave(feed, follower);
    expect(feeds.find(token, 1)).toBeUndefined();
    chat.change(1);
    feeds.onChanges([{ token, chat: 1, changeNumber: 1 }]);
    expect((await feeds.follow(token, 1, follower)).head).toBe(1);
    expect(follower.changes).toEqual([]);
  });
});
