/** What other processes tell of at once: who may no more, who is writing, who is there, and how far somebody has read. */
import type { Callers } from "@parley/common/callers";
import { kindOfChat } from "@parley/common/chat-number";
import type { Fact } from "@parley/common/fact";
import type { Notice } from "@parley/common/live";
import type { Logger } from "@parley/common/log";
import { Problem } from "@parley/common/problem";
import { presentSender } from "@parley/common/senders";
import { closeCodes, type Connection } from "./connection.ts";
import type { Feeds } from "./feeds.ts";
import type { Group, Groups } from "./groups.ts";
import type { Members } from "./members.ts";
import type { Subscription, Subscriptions } from "./subscriptions.ts";

type Dependencies = {
  callers: Callers;
  feeds: Feeds<Subscription>;
  groups: Groups;
  members: Members;
  subscriptions: Subscriptions;
  log: Logger;
};
type Told = Exclude<Notice, { type: "facts" }>;
export type Notices = ReturnType<typeof createNotices>;

const soonMs = 250;
const lateMs = 10_000;

/** A user's own sockets are told of what it has read, so that its other devices know. */
const isForItself = ({ type }: Told): boolean => type === "read";

export function createNotices({ callers, feeds, groups, members, subscriptions, log }: Dependencies) {
  /** Whoever may no more is disconnected; what cannot be read now is looked at again soon, and at the next beat. */
  async function recheck(connection: Connection, againMs = soonMs): Promise<void> {
    const { identity } = connection;
    if (!identity || !connection.isOpen) return;
    try {
      await callers.requireApplication(identity.token);
      await callers.identifyBy(identity.credential, identity.token);
      await subscriptions.recheck(connection, identity);
    } catch (err) {
      if (err instanceof Problem && err.status < 500) {
        connection.close(closeCodes.unauthenticated, err.slug);
        return;
      }
      log.debug({ err }, "rights not read");
      if (againMs < lateMs) setTimeout(() => void recheck(connection, againMs * 2), againMs).unref();
    }
  }

  function concernedBy(fact: Fact, group: Group): Iterable<Connection> {
    switch (fact.of) {
      case "application":
        return group.connections;
      case "session":
      case "role":
        return group.byUser.get(fact.user) ?? [];
      case "privacy":
      case "pair":
        return [];
    }
  }

  function onFacts(token: string, facts: readonly Fact[]): void {
    const group = groups.find(token);
    if (!group) return;
    const concerned = new Set<Connection>();
    for (const fact of facts) {
      if (fact.of === "role") members.forget(token, fact.chat);
      for (const connection of concernedBy(fact, group)) concerned.add(connection);
    }
    for (const connection of concerned) void recheck(connection);
  }

  /** Between two who do not write to each other nothing is told either. */
  async function isHidden(token: string, { chat, user }: Told, to: Connection): Promise<boolean> {
    const { caller } = to.identity ?? {};
    if (kindOfChat(chat) !== "direct" || caller?.kind !== "user") return false;
    if (caller.user.number === user.number) return false;
    return (await callers.conversationOf(token, caller.user, user.number)).state !== "open";
  }

  async function tell(token: string, notice: Told, { connection, place }: Subscription): Promise<void> {
    const { caller } = connection.identity ?? {};
    const isOwn = caller?.kind === "user" && caller.user.number === notice.user.number;
    if (isOwn && !isForItself(notice)) return;
    if (await isHidden(token, notice, connection)) return;
    const content = { ...place, user: presentSender(notice.user) };
    switch (notice.type) {
      case "typing":
        return connection.send("typing", content);
      case "presence":
        return connection.send("presence", { ...content, status: notice.status });
      case "read":
        return connection.send("read", { ...content, message_number: notice.messageNumber });
    }
  }

  return {
    recheck: (connection: Connection): Promise<void> => recheck(connection),

    onNotice(token: string, notice: Notice): void {
      if (notice.type === "facts") return onFacts(token, notice.facts);
      for (const subscription of feeds.find(token, notice.chat)?.followers ?? []) {
        tell(token, notice, subscription).catch((err: unknown) => log.debug({ err }, "notice not passed on"));
      }
    },

    /** Some notices may have been missed. */
    recheckAll(): void {
      for (const group of groups.all()) {
        for (const connection of group.connections) void recheck(connection);
      }
    },
  };
}
