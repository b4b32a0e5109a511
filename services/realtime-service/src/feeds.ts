/**
 * The chats that this process follows. Each is read from its last change on whenever something says that there are more, so
 * whatever is lost or comes twice on the way here, no follower misses a change or gets one twice.
 */
import { setTimeout as pause } from "node:timers/promises";
import type { Change } from "@parley/common/changes";
import { placeChanges, type ChangeFrame, type Place } from "@parley/common/frames";
import { chatKey } from "@parley/common/ledger";
import type { Logger } from "@parley/common/log";
import { problem } from "@parley/common/problem";
import type { ReadChanges } from "./change-reader.ts";

const changesAtOnce = 200;
const againMs = 500;

/** Changes of one chat, behind `after`, as they go to all of its followers. */
export type Delivery = {
  through: number;
  /** Encoded once for all who call the chat the same. */
  framesFor: (place: Place) => readonly { changeNumber: number; data: Buffer }[];
  /** The chat was deleted: nothing follows. */
  isEnd: boolean;
};
export type Follower = { deliver: (delivery: Delivery) => void };
/** `head`: all changes up to this one were delivered. */
export type Feed<F extends Follower> = { token: string; chat: number; head: number; followers: Set<F> };
export type Feeds<F extends Follower> = ReturnType<typeof createFeeds<F>>;

function createDelivery(after: number, through: number, changes: readonly ChangeFrame[]): Delivery {
  const byPlace = new Map<string, { changeNumber: number; data: Buffer }[]>();
  return {
    through,
    isEnd: changes.some(({ content }) => "deleted" in content),
    framesFor(place) {
      const key = JSON.stringify(place);
      let frames = byPlace.get(key);
      if (!frames) {
        frames = placeChanges(place, after, changes).map((frame, i) => ({
          changeNumber: changes[i]?.content.change_number ?? 0,
          data: Buffer.from(JSON.stringify(frame)),
        }));
        byPlace.set(key, frames);
      }
      return frames;
    },
  };
}

export function createFeeds<F extends Follower>({ read, log }: { read: ReadChanges; log: Logger }) {
  type Kept = Feed<F> & { opened: Promise<unknown>; isReading: boolean; isBehind: boolean };
  const feeds = new Map<string, Kept>();

  async function open(feed: Kept): Promise<void> {
    try {
      const { last, gone } = await read({ ...placeIn(feed), after: 0, limit: 0 });
      if (gone) throw problem(gone, "This chat is there no more.");
      feed.head = last;
    } catch (err) {
      feeds.delete(chatKey(feed.token, feed.chat));
      throw err;
    }
  }

  async function readOn(feed: Kept): Promise<void> {
    const { last, through, changes } = await read({
      ...placeIn(feed),
      after: feed.head,
      limit: changesAtOnce,
    });
    feed.isBehind ||= through < last;
    if (through <= feed.head) return;
    const delivery = createDelivery(feed.head, through, changes);
    feed.head = through;
    for (const follower of feed.followers) follower.deliver(delivery);
  }

  /** What comes while it reads is read afterwards; a read that fails is tried again. */
  async function advance(feed: Kept): Promise<void> {
    feed.isBehind = true;
    if (feed.isReading) return;
    feed.isReading = true;
    try {
      await feed.opened;
      while (feed.isBehind && feed.followers.size > 0) {
        feed.isBehind = false;
        await readOn(feed).catch(async (err: unknown) => {
          log.debug({ err, chat: feed.chat }, "changes not read yet");
          feed.isBehind = true;
          await pause(againMs, undefined, { ref: false });
        });
      }
    } catch {
      // Whoever opened it was told.
    } finally {
      feed.isReading = false;
    }
  }

  return {
    /**
     * From now on the follower is given all changes behind the feed's head, which it is at when this resolves.
     * @throws Problem chat-deleted, number-void, application-deleted, unavailable
     */
    async follow(token: string, chat: number, follower: F): Promise<Feed<F>> {
      const key = chatKey(token, chat);
      let feed = feeds.get(key);
      if (!feed) {
        const fresh = { token, chat, head: 0, followers: new Set<F>(), isReading: false, isBehind: false };
        feed = { ...fresh, opened: Promise.resolve() };
        feed.opened = open(feed);
        feeds.set(key, feed);
      }
      await feed.opened;
      // Its last follower may have left meanwhile.
      if (feeds.get(key) !== feed) return this.follow(token, chat, follower);
      feed.followers.add(follower);
      if (feed.isBehind) void advance(feed);
      return feed;
    },

    leave(feed: Feed<F>, follower: F): void {
      feed.followers.delete(follower);
      const key = chatKey(feed.token, feed.chat);
      if (feed.followers.size === 0 && feeds.get(key) === feed) feeds.delete(key);
    },

    find: (token: string, chat: number): Feed<F> | undefined => feeds.get(chatKey(token, chat)),

    onChanges(changes: readonly Change[]): void {
      for (const { token, chat, changeNumber } of changes) {
        const feed = feeds.get(chatKey(token, chat));
        // Before it is open its head is read from MySQL, which has the change by now.
        if (feed && feed.head < changeNumber) void advance(feed);
      }
    },

    /** Whether any has changes that nothing told of. */
    checkAll(): void {
      for (const feed of feeds.values()) void advance(feed);
    },
  };
}

const placeIn = ({ token, chat }: { token: string; chat: number }) => ({ token, chat });
