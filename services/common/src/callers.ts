/** Who is calling: a guest, one of the application's users, or its own server by the secret. */
import type { Request } from "express";
import type { PairState, Role } from "./fact.ts";
import { invalidAccessToken, type TokenUser, type VerifyAccessToken } from "./access-token.ts";
import { commonChat, kindOfChat } from "./chat-number.ts";
import type { ReadFact } from "./read-fact.ts";
import { noChat, noUser, parseChatPath, parseUserPath } from "./path.ts";
import { Problem, problem } from "./problem.ts";
import {
  applicationSecret,
  credentialMissing,
  parseCredential,
  requireSecret,
  type Credential,
} from "./auth.ts";

export type Caller = { kind: "guest" } | { kind: "user"; user: TokenUser } | { kind: "server" };
/** By what somebody may use a chat: since it is open to all, or by a role in it, or as the application's server. */
export type Right = "open" | "server" | Role;
/** A chat that somebody may use. */
export type Entered = { token: string; chat: number; caller: Caller; right: Right };
/** The conversation of the caller with the user `other`; `chat` is undefined before its first message. */
export type Conversation = {
  token: string;
  user: TokenUser;
  other: number;
  chat: number | undefined;
  state: PairState;
};

/** @throws Problem credential-missing, credential-wrong when it is no user who is calling */
export function requireUser(caller: Caller): TokenUser {
  if (caller.kind === "user") return caller.user;
  if (caller.kind === "guest") throw credentialMissing("a user's access token");
  throw problem("credential-wrong", "This needs a user's access token; conversations are the users' own.");
}

/**
 * Whether one may write to the other now.
 * @throws Problem user-not-found, also when the other has blocked the caller; user-blocked, user-deleted
 */
export function requireOpen({ state, other }: Pick<Conversation, "state" | "other">): void {
  switch (state) {
    case "open":
      return;
    case "blocked":
      throw noUser(other);
    case "blocking":
      throw problem("user-blocked", "You have blocked this user.");
    case "gone":
      throw problem("user-deleted", `User ${other} was deleted.`);
  }
}

export type Callers = ReturnType<typeof createCallers>;

type Dependencies = { readFact: ReadFact; verify: VerifyAccessToken; serverKey: string };

export function createCallers({ readFact, verify, serverKey }: Dependencies) {
  type Place = { token: string; chat: number };

  async function readApplication(token: string): Promise<{ hasGuests: boolean; secret: string }> {
    const [guests, version] = (await readFact(token, { of: "application" })).split(":");
    return { hasGuests: guests === "1", secret: applicationSecret(serverKey, token, Number(version)) };
  }

  const callers = {
    /**
     * @throws Problem application-not-found, application-deleted, credential-missing where guests have no access,
     * credential-wrong, access-token-invalid, unavailable
     */
    identify(req: Request, token: string): Promise<Caller> {
      return callers.identifyBy(parseCredential(req), token);
    },

    /** @throws Problem application-not-found, application-deleted, unavailable */
    async requireApplication(token: string): Promise<void> {
      await readApplication(token);
    },

    /** As identify, but a user's access token says nothing of whether the application is still there. */
    async identifyBy(credential: Credential, token: string): Promise<Caller> {
      switch (credential.kind) {
        case "none":
          if (!(await readApplication(token)).hasGuests) throw credentialMissing("an access token");
          return { kind: "guest" };
        case "secret": {
          const { secret } = await readApplication(token);
          requireSecret(credential.secret, [secret], "an access token or the application's secret");
          return { kind: "server" };
        }
        case "access-token": {
          const user = await verify(credential.accessToken, token);
          const session = { of: "session", user: user.number, session: user.session } as const;
          if ((await readFact(token, session)) !== "live") throw invalidAccessToken();
          return { kind: "user", user };
        }
      }
    },

    /**
     * What is private to others is as what does not exist.
     * @throws Problem chat-not-found, application-…, unavailable
     */
    async rightIn(caller: Caller, { token, chat }: Place): Promise<Right> {
      if (chat === commonChat) return "open";
      if ((await readFact(token, { of: "privacy", chat })).startsWith("open")) return "open";
      if (caller.kind === "server") return "server";
      const role =
        caller.kind === "user" ? await readFact(token, { of: "role", chat, user: caller.user.number }) : "";
      if (role === "") throw noChat(chat);
      return role as Role;
    },

    /** As rightIn, in a search over several. Conversations are not among them. */
    async mayRead(caller: Caller, place: Place): Promise<boolean> {
      if (kindOfChat(place.chat) === "direct") return false;
      try {
        await callers.rightIn(caller, place);
        return true;
      } catch (err) {
        if (err instanceof Problem && err.status === 404) return false;
        throw err;
      }
    },

    /**
     * The chat that the path names.
     * @throws Problem as identify and rightIn
     */
    async enter(req: Request): Promise<Entered> {
      const place = parseChatPath(req.params);
      const caller = await callers.identify(req, place.token);
      return { ...place, caller, right: await callers.rightIn(caller, place) };
    },

    /** @throws Problem as identify and requireUser */
    async identifyUser(req: Request, token: string): Promise<TokenUser> {
      return requireUser(await callers.identify(req, token));
    },

    /**
     * The caller's conversation with the user that the path names.
     * @throws Problem as identifyUser, user-not-found, user-deleted, invalid, unavailable
     */
    async converse(req: Request): Promise<Conversation> {
      const { token, user: named } = parseUserPath(req.params);
      const user = await callers.identifyUser(req, token);
      return callers.conversationOf(token, user, named === "me" ? user.number : named);
    },

    /** @throws Problem user-not-found, user-deleted, invalid, unavailable */
    async conversationOf(token: string, user: TokenUser, other: number): Promise<Conversation> {
      if (other === user.number) {
        throw problem("invalid", "Nobody has a conversation with oneself.", {
          errors: [{ pointer: "", detail: "is addressed to its sender" }],
        });
      }
      const fact = await readFact(token, { of: "pair", from: user.number, to: other });
      const [chat = "", state = "open"] = fact.split(":");
      return {
        token,
        user,
        other,
        chat: chat === "" ? undefined : Number(chat),
        state: state as PairState,
      };
    },
  };
  return callers;
}
