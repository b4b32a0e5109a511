/** What a socket is told of a chat that it has connected: first what it has missed, then what happens, without a seam. */
import { commonChat, kindOfChat } from "@parley/common/chat-number";
import { requireOpen, requireUser, type Callers } from "@parley/common/callers";
import { placeChanges, type Place } from "@parley/common/frames";
import { problem, type Problem } from "@parley/common/problem";
import type { ReadChanges } from "./change-reader.ts";
import type { Connection, Identity } from "./connection.ts";
import type { Delivery, Feed, Feeds } from "./feeds.ts";
import { presentPlace, type PlaceNamed } from "./frames.ts";
import type { Presence } from "./presence.ts";

const chatsAtMost = 200;
const changesAtOnce = 200;
/** More than that a client is told to read by itself. */
const missedAtMost = 1000;

/** Where a client is: at a change, or at a message of which it is the newest it has. */
export type Cursor = { change?: number | undefined; number?: number | undefined };
export type Subscriptions = ReturnType<typeof createSubscriptions>;

export class Subscription {
  readonly connection: Connection;
  readonly place: Place;
  /** Only with it live: see `connect`. */
  feed: Feed<Subscription> | undefined;
  /** All changes up to this one were sent, or the client has them. */
  through = 0;
  /** Nothing more is sent, whatever is still under way. */
  isOver = false;
  /** What is delivered while what was missed is read. */
  #waiting: Delivery[] | undefined = [];
  #onEnd: () => void;

  constructor(connection: Connection, place: Place, onEnd: () => void) {
    this.connection = connection;
    this.place = place;
    this.#onEnd = onEnd;
  }

  deliver(delivery: Delivery): void {
    if (this.isOver) return;
    if (this.#waiting) return void this.#waiting.push(delivery);
    const frames = delivery.framesFor(this.place);
    const unknown = frames.filter(({ changeNumber }) => changeNumber > this.through);
    this.connection.sendAll(unknown.map(({ data }) => data));
    this.through = Math.max(this.through, delivery.through);
    if (delivery.isEnd) this.#onEnd();
  }

  /** From now on what is delivered is sent. */
  goLive(): void {
    const waiting = this.#waiting ?? [];
    this.#waiting = undefined;
    for (const delivery of waiting) this.deliver(delivery);
  }
}

type Dependencies = {
  feeds: Feeds<Subscription>;
  read: ReadChanges;
  callers: Callers;
  readService: { openConversation: (token: string, pair: { from: number; to: number }) => Promise<number> };
  presence: Presence;
};

/** @throws Problem too-many-requests */
export function requireRoom(chats: number): void {
  if (chats <= chatsAtMost) return;
  throw problem("too-many-requests", `A socket connects ${chatsAtMost} chats at most.`);
}

const keyOf = (named: PlaceNamed): string =>
  "other" in named ? `user ${named.other}` : `chat ${named.chat}`;

export function createSubscriptions({ feeds, read, callers, readService, presence }: Dependencies) {
  /**
   * The chat, as chat-number.ts has it, if the caller may read it; `isOpen`: and see who is there. A conversation begins
   * with whoever listens to it.
   * @throws Problem chat-not-found, user-…, application-…, unavailable
   */
  async function enter(
    { token, caller }: Identity,
    named: PlaceNamed,
  ): Promise<{ chat: number; isOpen: boolean }> {
    if ("chat" in named) {
      await callers.rightIn(caller, { token, chat: named.chat });
      return { chat: named.chat, isOpen: true };
    }
    const user = requireUser(caller);
    const conversation = await callers.conversationOf(token, user, named.other);
    const { chat: begun, state } = conversation;
    if (begun === undefined) requireOpen(conversation);
    const pair = { from: user.number, to: named.other };
    return { chat: begun ?? (await readService.openConversation(token, pair)), isOpen: state === "open" };
  }

  function end(connection: Connection, key: string): boolean {
    const subscription = connection.subscriptions.get(key);
    if (!subscription) return false;
    connection.subscriptions.delete(key);
    subscription.isOver = true;
    const { feed } = subscription;
    if (feed) {
      feeds.leave(feed, subscription);
      presence.leave(connection, feed);
    }
    return true;
  }

  /** What was missed between the cursor and the head of the feed; live changes follow it. */
  async function sendMissed(subscription: Subscription, head: number, cursor: Cursor): Promise<void> {
    const { connection, place, feed } = subscription;
    if (!feed) return;
    const { token, chat } = feed;
    let after = cursor.change ?? 0;
    const beyond = cursor.change === undefined ? cursor.number : undefined;
    for (let sent = 0; after < head && !subscription.isOver;) {
      if (sent >= missedAtMost) return connection.send("resync", { ...place, last_change: head });
      const asked = { token, chat, after, limit: changesAtOnce };
      const { through, changes } = await read(beyond === undefined ? asked : { ...asked, beyond });
      const missed = changes.filter(({ content }) => content.change_number <= head);
      for (const { type, content } of placeChanges(place, after, missed)) {
        await connection.drained();
        if (!subscription.isOver) connection.send(type, content);
      }
      sent += missed.length;
      after = Math.max(through, after + 1);
    }
  }

  return {
    end: (connection: Connection, named: PlaceNamed): boolean => end(connection, keyOf(named)),

    endAll(connection: Connection): void {
      for (const key of connection.subscriptions.keys()) end(connection, key);
    },

    /**
     * Binds first, then reads, then merges. `answer` is sent before the first change.
     * @throws Problem as enter; too-many-requests
     */
    async connect(
      connection: Connection,
      identity: Identity,
      named: PlaceNamed,
      cursor: Cursor,
      answer: (content: { last_change: number; present: number[] }) => void,
    ): Promise<void> {
      const key = keyOf(named);
      const { chat, isOpen } = await enter(identity, named);
      end(connection, key);
      // Only now: several may be connected at the same time.
      requireRoom(connection.subscriptions.size + 1);
      const subscription = new Subscription(connection, presentPlace(named), () => end(connection, key));
      connection.subscriptions.set(key, subscription);
      try {
        const feed = await feeds.follow(identity.token, chat, subscription);
        const { head } = feed;
        if (subscription.isOver) return feeds.leave(feed, subscription);
        subscription.feed = feed;
        // Whoever was removed meanwhile was not among those who are looked at.
        if ("chat" in named) await callers.rightIn(identity.caller, { token: identity.token, chat });
        // The client may be ahead of what was delivered here.
        subscription.through = Math.max(head, cursor.change ?? 0);
        const present = await presence.enter(connection, feed);
        if (subscription.isOver) return presence.leave(connection, feed);
        answer({ last_change: head, present: isOpen ? present : [] });
        const hasCursor = cursor.change !== undefined || cursor.number !== undefined;
        if (hasCursor) await sendMissed(subscription, head, cursor);
        subscription.goLive();
      } catch (err) {
        end(connection, key);
        throw err;
      }
    },

    find: (connection: Connection, named: PlaceNamed): Subscription | undefined =>
      connection.subscriptions.get(keyOf(named)),

    /** Whether it may still be told of what happens there; if not, it is told so and nothing more. */
    async recheck(connection: Connection, identity: Identity): Promise<void> {
      for (const [key, { place, feed }] of connection.subscriptions) {
        if (!feed || kindOfChat(feed.chat) !== "chat" || feed.chat === commonChat) continue;
        try {
          await callers.rightIn(identity.caller, { token: identity.token, chat: feed.chat });
        } catch (err) {
          const fault = err as Problem;
          if (fault.status !== 404 && fault.status !== 410) throw err;
          if (end(connection, key)) connection.sendProblem(fault, place);
        }
      }
    },
  };
}
