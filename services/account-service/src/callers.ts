/** Who is calling, and in which application: a guest, one of its users, or its own server by the secret. */
import { invalidAccessToken, type VerifyAccessToken } from "@parley/common/access-token";
import { applicationSecret, credentialMissing, parseCredential, requireSecret } from "@parley/common/auth";
import { noUser, parseUserPath, parseToken } from "@parley/common/path";
import { problem } from "@parley/common/problem";
import type { Request } from "express";
import type { Knex } from "knex";
import { findApplication, type Application } from "./queries/applications.ts";
import { findSession } from "./queries/sessions.ts";
import { findUser, type User } from "./queries/users.ts";
import type { ReadService } from "./read-service.ts";

export type Caller = { kind: "guest" } | { kind: "user"; user: User; session: string } | { kind: "server" };
export type Call = { application: Application; caller: Caller };
export type Callers = ReturnType<typeof createCallers>;

type Dependencies = { db: Knex; verify: VerifyAccessToken; serverKey: string; readService: ReadService };

export function createCallers({ db, verify, serverKey, readService }: Dependencies) {
  /**
   * The application that the path names, whoever is calling.
   * @throws Problem application-not-found, application-deleted, unavailable
   */
  async function getApplication(req: Request): Promise<Application> {
    const token = parseToken(req.params);
    let found = await findApplication(db, token);
    if (!found || found.state === "parked") {
      // Accepted a moment ago, perhaps.
      await readService.requireStored(token);
      found = await findApplication(db, token);
    }
    if (!found) throw problem("application-not-found", "No application has this token.");
    if (found.state !== "live") throw problem("application-deleted", "This application was deleted.");
    return found;
  }

  async function callerOf(req: Request, application: Application): Promise<Caller> {
    const credential = parseCredential(req);
    switch (credential.kind) {
      case "none":
        return { kind: "guest" };
      case "secret": {
        const expected = applicationSecret(serverKey, application.token, application.secretVersion);
        requireSecret(credential.secret, [expected], "an access token or the application's secret");
        return { kind: "server" };
      }
      case "access-token": {
        const { number, session } = await verify(credential.accessToken, application.token);
        const user = await findUser(db, application.id, number);
        const open = await findSession(db, session);
        if (user?.state !== "live" || open?.userId !== user.id) throw invalidAccessToken();
        return { kind: "user", user, session };
      }
    }
  }

  /**
   * Whoever may look at the application.
   * @throws Problem application-…, access-token-invalid, credential-wrong; credential-missing where guests have no access
   */
  async function identify(req: Request): Promise<Call> {
    const application = await getApplication(req);
    const caller = await callerOf(req, application);
    if (caller.kind === "guest" && !application.guestAccess) throw credentialMissing("an access token");
    return { application, caller };
  }

  async function requireUser(
    req: Request,
  ): Promise<{ application: Application; user: User; session: string }> {
    const { application, caller } = await identify(req);
    if (caller.kind === "guest") throw credentialMissing("a user's access token");
    if (caller.kind === "server") throw problem("credential-wrong", "This needs a user's access token.");
    return { application, user: caller.user, session: caller.session };
  }

  async function requireServer(req: Request): Promise<Application> {
    const { application, caller } = await identify(req);
    if (caller.kind === "guest") throw credentialMissing("the application's secret");
    if (caller.kind === "user") throw problem("credential-wrong", "This needs the application's secret.");
    return application;
  }

  /**
   * The user that the path names.
   * @throws Problem user-not-found, user-deleted; credential-missing for `me` without an access token
   */
  async function getUser(req: Request, { application, caller }: Call): Promise<User> {
    const { user: number } = parseUserPath(req.params);
    if (number === "me") {
      if (caller.kind !== "user") throw credentialMissing("a user's access token");
      return caller.user;
    }
    const user = await findUser(db, application.id, number);
    if (!user) throw noUser(number);
    if (user.state !== "live") throw problem("user-deleted", `User ${number} was deleted.`);
    return user;
  }

  /**
   * The user that the path names, who is the caller, or whose application is.
   * @throws Problem as getUser; credential-missing for guests, credential-wrong for another user
   */
  async function getOwnUser(req: Request): Promise<Call & { user: User }> {
    const call = await identify(req);
    const { caller } = call;
    if (caller.kind === "guest") throw credentialMissing("the user's token, or the secret");
    const user = await getUser(req, call);
    if (caller.kind === "user" && caller.user.id !== user.id) {
      throw problem("credential-wrong", "Only a user itself, or the application's secret, may do this.");
    }
    return { ...call, user };
  }

  return { getApplication, identify, requireUser, requireServer, getUser, getOwnUser };
}
