/** What each frame does. What it gives is the content of the answer. */
import { credentialOf } from "@parley/common/auth";
import { requireOpen, requireUser, type Caller, type Callers } from "@parley/common/callers";
import { parseToken } from "@parley/common/path";
import { parse, presentProblem, problem, toProblem } from "@parley/common/problem";
import { presentSender, senderOf } from "@parley/common/senders";
import { decodeJwt } from "jose";
import type { Connection, Handle, Identity } from "./connection.ts";
import {
  Authenticate,
  ConnectChat,
  InChat,
  OfMessage,
  pathOf,
  placeOf,
  presentPlace,
  Resume,
  SendMessage,
  UpdateMessage,
  type Frame,
  type PlaceNamed,
} from "./frames.ts";
import type { Groups } from "./groups.ts";
import { requireRoom, type Cursor, type Subscriptions } from "./subscriptions.ts";
import type { createTyping } from "./typing.ts";
import type { Upstream } from "./upstream.ts";

type Dependencies = {
  callers: Callers;
  defaultToken: string | undefined;
  groups: Groups;
  subscriptions: Subscriptions;
  typing: ReturnType<typeof createTyping>;
  upstream: Upstream;
  recheck: (connection: Connection) => Promise<void>;
};
type Tokens = { application_token?: string | undefined; access_token?: string | undefined };

function requireIdentity({ identity }: Connection): Identity {
  if (identity) return identity;
  throw problem("credential-missing", "Send authenticate first: {application_token, access_token}.");
}

const numberOf = (caller: Caller): number | undefined =>
  caller.kind === "user" ? caller.user.number : undefined;

/** @throws Problem credential-wrong: nobody speaks for somebody else */
function refuseForeignSender(
  { caller }: Identity,
  sender: number | { user_number: number } | undefined,
): void {
  const named = typeof sender === "object" ? sender.user_number : sender;
  if (named === undefined || named === numberOf(caller)) return;
  throw problem("credential-wrong", "Messages are sent as the user of the access token, and nobody else.");
}

export function createHandle(dependencies: Dependencies): Handle {
  const { callers, defaultToken, groups, subscriptions, typing, upstream, recheck } = dependencies;

  async function authenticate(connection: Connection, tokens: Tokens): Promise<Identity> {
    const { application_token: given, access_token: bearer } = tokens;
    const isDefault = given === "default" && defaultToken !== undefined;
    const token = isDefault ? defaultToken : parseToken({ token: given });
    const credential = credentialOf(bearer);
    await callers.requireApplication(token);
    const caller = await callers.identifyBy(credential, token);
    const before = connection.identity;
    const isAnother =
      before?.token !== token ||
      (before.caller.kind !== "guest" && numberOf(before.caller) !== numberOf(caller));
    if (before && isAnother) {
      throw problem("credential-wrong", "A socket stays with its application and its user: open another.");
    }
    const exp = credential.kind === "access-token" ? decodeJwt(credential.accessToken).exp : undefined;
    const identity = { token, caller, credential, ...(exp !== undefined && { expiresAt: exp * 1000 }) };
    // Also of one that is in already: a guest becomes a user. Nothing that is listened to is let go meanwhile.
    await groups.join(connection, identity);
    connection.identity = identity;
    if (!connection.isOpen) groups.leave(connection, identity);
    // Nobody told it of what has changed since it was identified.
    void recheck(connection);
    return identity;
  }

  /** The first frame may carry what `authenticate` would. */
  async function identify(connection: Connection, tokens: Tokens): Promise<Identity> {
    const isGiven = tokens.application_token !== undefined || tokens.access_token !== undefined;
    return isGiven ? authenticate(connection, tokens) : requireIdentity(connection);
  }

  async function connectChat(connection: Connection, { content, id }: Frame): Promise<undefined> {
    const { last_change: change, last_number: number, ...given } = parse(ConnectChat, content);
    const named = placeOf(given);
    const identity = await identify(connection, given);
    const { begin, ...told } = await subscriptions.connect(connection, identity, named, { change, number });
    connection.send("connect-chat", { ...presentPlace(named), ...told }, id);
    begin();
  }

  async function resume(connection: Connection, { content, id }: Frame): Promise<undefined> {
    const { chats, users, ...tokens } = parse(Resume, content);
    requireRoom(Object.keys(chats).length + Object.keys(users).length);
    const identity = await identify(connection, tokens);
    const wanted: [PlaceNamed, Cursor][] = [
      ...Object.entries(chats).map(([chat, change]): [PlaceNamed, Cursor] => [
        placeOf({ chat: chat === "common" ? chat : Number(chat) }),
        { change },
      ]),
      ...Object.entries(users).map(([user, change]): [PlaceNamed, Cursor] => [
        { other: Number(user) },
        { change },
      ]),
    ];
    const resumed = { chats: {} as Record<string, number>, users: {} as Record<string, number> };
    const errors: object[] = [];
    const begins: (() => void)[] = [];
    await Promise.all(
      wanted.map(async ([named, cursor]) => {
        try {
          const { last_change: last, begin } = await subscriptions.connect(
            connection,
            identity,
            named,
            cursor,
          );
          begins.push(begin);
          if ("other" in named) resumed.users[named.other] = last;
          else resumed.chats[String(named.chat === 0 ? "common" : named.chat)] = last;
        } catch (err) {
          errors.push({ ...presentPlace(named), error: presentProblem(toProblem(err)) });
        }
      }),
    );
    connection.send("resume", { ...resumed, errors }, id);
    for (const begin of begins) begin();
  }

  const acts: Record<string, Handle> = {
    async authenticate(connection, { content }) {
      const { caller, expiresAt } = await authenticate(connection, parse(Authenticate, content));
      return {
        user: caller.kind === "user" ? presentSender(senderOf(caller.user)) : undefined,
        expires_in: expiresAt && Math.max(0, Math.round((expiresAt - Date.now()) / 1000)),
      };
    },

    "connect-chat": connectChat,
    resume,

    async "disconnect-chat"(connection, { content }) {
      const named = placeOf(parse(InChat, content));
      requireIdentity(connection);
      if (!subscriptions.end(connection, named)) {
        throw problem("chat-not-found", "This socket has not connected this chat.");
      }
      return presentPlace(named);
    },

    async "send-message"(connection, { content }) {
      const { message_content, key, sender, ...given } = parse(SendMessage, content);
      const [named, identity] = [placeOf(given), requireIdentity(connection)];
      refuseForeignSender(identity, sender);
      const path = `${pathOf(named)}/messages`;
      return upstream(identity, { method: "POST", path, body: { message_content }, key });
    },

    async "update-message"(connection, { content }) {
      const { message_number, message_content, sender, ...given } = parse(UpdateMessage, content);
      const [named, identity] = [placeOf(given), requireIdentity(connection)];
      refuseForeignSender(identity, sender);
      const path = `${pathOf(named)}/messages/${message_number}`;
      const updated = await upstream(identity, { method: "PATCH", path, body: { message_content } });
      return { ...presentPlace(named), ...updated };
    },

    async "delete-message"(connection, { content }) {
      const { message_number, sender, ...given } = parse(OfMessage, content);
      const [named, identity] = [placeOf(given), requireIdentity(connection)];
      refuseForeignSender(identity, sender);
      await upstream(identity, { method: "DELETE", path: `${pathOf(named)}/messages/${message_number}` });
      return { ...presentPlace(named), message_number };
    },

    async read(connection, { content }) {
      const { message_number, sender, ...given } = parse(OfMessage, content);
      const [named, identity] = [placeOf(given), requireIdentity(connection)];
      refuseForeignSender(identity, sender);
      return upstream(identity, { method: "PUT", path: `${pathOf(named)}/read`, body: { message_number } });
    },

    async typing(connection, { content }) {
      const named = placeOf(parse(InChat, content));
      const { token, caller } = requireIdentity(connection);
      const user = requireUser(caller);
      const feed = subscriptions.find(connection, named)?.feed;
      if (!feed) throw problem("chat-not-found", "This socket has not connected this chat.");
      if ("other" in named) requireOpen(await callers.conversationOf(token, user, named.other));
      await typing(feed, senderOf(user));
      return presentPlace(named);
    },
  };

  return async (connection, frame) => {
    const act = Object.hasOwn(acts, frame.type) ? acts[frame.type] : undefined;
    if (!act) throw problem("not-found", `There is no frame of the type ${frame.type.slice(0, 64)}.`);
    return act(connection, frame);
  };
}
