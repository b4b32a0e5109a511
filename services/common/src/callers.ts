/** Who is calling: a guest, one of the application's users, or its own server by the secret. */
import type { Request } from "express";
import type { Role } from "./access.ts";
import { invalidAccessToken, type TokenUser, type VerifyAccessToken } from "./access-token.ts";
import { commonChat, kindOfChat } from "./chat-number.ts";
import type { ReadFact } from "./facts.ts";
import { noChat } from "./path.ts";
import { Problem } from "./problem.ts";
import { applicationSecret, credentialMissing, parseCredential, requireSecret } from "./auth.ts";

export type Caller = { kind: "guest" } | { kind: "user"; user: TokenUser } | { kind: "server" };
/** By what somebody may use a chat: since it is open to all, or by a role in it, or as the application's server. */
export type Right = "open" | "server" | Role;
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
    async identify(req: Request, token: string): Promise<Caller> {
      const credential = parseCredential(req);
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
      if ((await readFact(token, { of: "privacy", chat })) === "open") return "open";
      // A conversation is not even the application's.
      if (caller.kind === "server" && kindOfChat(chat) !== "direct") return "server";
      const role =
        caller.kind === "user" ? await readFact(token, { of: "role", chat, user: caller.user.number }) : "";
      if (role === "") throw noChat(chat);
      return role as Role;
    },

    /** As rightIn, in a search over several. */
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
     * Who is calling, and by what right in a chat.
     * @throws Problem as identify and rightIn
     */
    async enter(req: Request, place: Place): Promise<{ caller: Caller; right: Right }> {
      const caller = await callers.identify(req, place.token);
      return { caller, right: await callers.rightIn(caller, place) };
    },
  };
  return callers;
}
