/** What a socket is told of a chat that it has connected: first what it has missed, then what happens, without a seam. */
import { setTimeout as pause } from "node:timers/promises";
import { commonChat, kindOfChat } from "@parley/common/chat-number";
import { requireOpen, requireUser, type Callers } from "@parley/common/callers";
import { placeChanges, type Place } from "@parley/common/frames";
import { problem, type Problem } from "@parley/common/problem";
import type { Changes, ReadChanges } from "./change-reader.ts";
import type { Connection, Identity } from "./connection.ts";
import type { Delivery, Feed, Feeds } from "./feeds.ts";
import { presentPlace, type PlaceNamed } from "./frames.ts";
import type { Presence } from "./presence.ts";

const chatsAtMost = 200;
const changesAtOnce = 200;
/** More than that a client is told to read by itself. */
const missedAtMost = 1000;
const againMs = 500;

/** Where a client is: at a change, or at a message of which it is the newest it has. */
export type Cursor = { change?: number | undefined; number?: number | undefined };
export type Subscriptions = ReturnType<typeof createSubscriptions>;

export class Subscription {
  readonly connection: Connection;
  readonly place: Place;
  feed: Feed<Subscription> | undefined;
  /** All changes up to this one were sent, or the client has them. */
  through = 0;
  /** What is delivered before is left to be read: see `catchUp`. */
  isLive = false;
  /** Nothing more is sent, whatever is still under way. */
  isOver = false;
  readonly end: () => void;

  constructor(connection: Connection, place: Place, end: () => void) {
    this.connection = connection;
    this.place = place;
    this.end = end;
  }

  deliver(delivery: Delivery): void {
    if (!this.isLive || this.isOver) return;
    const frames = delivery.framesFor(this.place);
    const unknown = frames.filter(({ changeNumber }) => changeNumber > this.through);
    this.connection.sendAll(unknown.map(({ data }) => data));
    this.through = Math.max(this.through, delivery.through);
    if (delivery.isEnd) this.end();
  }
}

/** What a client is told first; `begin` is to be called once it was. */
export type Connected = { last_change: number; present: number[]; begin: () => void };
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

type Missed = Pick<Changes, "through" | "changes">;

export function createSubscriptions({ feeds, read, callers, readService, presence }: Dependencies) {
  const turns = new WeakMap<Connection, Promise<void>>();

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

  /** The next of what was missed: up to `head`, only messages behind `beyond`; from there on everything. */
  async function readMissed(
    { token, chat }: Feed<Subscription>,
    { after, head, beyond }: { after: number; head: number; beyond: number | undefined },
  ): Promise<Missed> {
    const asked = { token, chat, after, limit: changesAtOnce };
    const isBeyond = beyond !== undefined && after < head;
    const { through, changes } = await read(isBeyond ? { ...asked, beyond } : asked);
    return {
      through: isBeyond ? Math.min(through, head) : through,
      changes: isBeyond ? changes.filter(({ content }) => content.change_number <= head) : changes,
    };
  }

  /**
   * Sends what was missed until there is nothing that the feed has and the client has not: from then on it is live. A read
   * that fails is tried again.
   */
  async function catchUp(
    subscription: Subscription,
    feed: Feed<Subscription>,
    range: { head: number; beyond: number | undefined },
  ): Promise<void> {
    const { connection, place } = subscription;
    for (let sent = 0; subscription.through < feed.head && !subscription.isOver;) {
      if (sent >= missedAtMost) {
        connection.send("resync", { ...place, last_change: feed.head });
        subscription.through = feed.head;
        break;
      }
      // Nothing is read for who does not take it.
      await connection.drained();
      const after = subscription.through;
      const missed = await readMissed(feed, { ...range, after }).catch(() => pause(againMs));
      if (!missed || subscription.isOver) continue;
      const frames = placeChanges(place, after, missed.changes);
      connection.sendAll(frames.map((frame) => Buffer.from(JSON.stringify(frame))));
      if (frames.some(({ content }) => "deleted" in content)) return subscription.end();
      sent += frames.length;
      if (missed.through <= after) await pause(againMs);
      subscription.through = Math.max(missed.through, after);
    }
    subscription.isLive = true;
  }

  /** One chat of a socket after the other: what is read waits in memory until the client has taken it. */
  function inTurn(connection: Connection, act: () => Promise<void>): void {
    turns.set(connection, (turns.get(connection) ?? Promise.resolve()).then(act));
  }

  return {
    end: (connection: Connection, named: PlaceNamed): boolean => end(connection, keyOf(named)),

    endAll(connection: Connection): void {
      for (const key of connection.subscriptions.keys()) end(connection, key);
    },

    /**
     * Binds first, then reads, then goes on with what is delivered.
     * @throws Problem as enter; too-many-requests
     */
    async connect(
      connection: Connection,
      identity: Identity,
      named: PlaceNamed,
      cursor: Cursor,
    ): Promise<Connected> {
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
        if (subscription.isOver) feeds.leave(feed, subscription);
        else subscription.feed = feed;
        // Whoever was removed meanwhile was not among those who are looked at.
        if ("chat" in named) await callers.rightIn(identity.caller, { token: identity.token, chat });
        const isClosed = subscription.isOver || !connection.isOpen;
        if (isClosed) throw problem("unavailable", "The socket was closed meanwhile.");
        const present = await presence.enter(connection, feed);
        // A client that names a change may be ahead of what was delivered here.
        subscription.through = cursor.change ?? (cursor.number === undefined ? head : 0);
        const range = { head, beyond: cursor.change === undefined ? cursor.number : undefined };
        const begin = (): void => {
          if (subscription.through >= feed.head) subscription.isLive = true;
          else inTurn(connection, () => catchUp(subscription, feed, range));
        };
        return { last_change: head, present: isOpen ? present : [], begin };
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
