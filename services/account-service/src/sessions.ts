/** Opening, renewing and ending sessions, with the tokens that their users are given. */
import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import type { Access } from "@parley/common/access";
import { signAccessToken } from "@parley/common/access-token";
import { inTransaction } from "@parley/common/db";
import { problem } from "@parley/common/problem";
import type { Knex } from "knex";
import { v4 as uuid } from "uuid";
import type { AccessKeys } from "./access-keys.ts";
import type { Application } from "./queries/applications.ts";
import {
  deleteOldSessions,
  findSession,
  endSessions,
  insertSession,
  listSessions,
  lockSession,
  updateGeneration,
} from "./queries/sessions.ts";
import { lockUser, type User } from "./queries/users.ts";

const accessSeconds = 15 * 60;
const sessionDays = 60;
const sessionsOfUser = 100;
const dayMs = 86_400_000;

/** What a login or a renewal gives. */
export type Tokens = { accessToken: string; refreshToken: string; expiresIn: number; user: User };
/** What is told of the device. */
export type Device = { userAgent?: string | undefined; address?: string | undefined };
export type Sessions = ReturnType<typeof createSessions>;
type Dependencies = {
  db: Knex;
  access: Pick<Access, "change">;
  keys: Pick<AccessKeys, "signer">;
  serverKey: string;
};

const refreshPattern = /^([0-9a-f-]{36})\.([1-9][0-9]{0,9})\.([\w-]{43})$/;
const hashOf = (text: string): string => createHash("sha256").update(text).digest("base64url");

export const loginFailed = () => problem("login-failed", "User name or password is wrong.");

function refused() {
  return problem(
    "refresh-token-invalid",
    "The refresh token is used, ended, or not one of this application: log in again.",
  );
}

export function createSessions({ db, access, keys, serverKey }: Dependencies) {
  /** Nobody else can make one, so that one of an older generation is known to have been used before. */
  function refreshTokenOf(id: string, generation: number): string {
    const name = `${id}.${generation}`;
    return `${name}.${createHmac("sha256", serverKey).update(`refresh-token:${name}`).digest("base64url")}`;
  }

  function parseRefreshToken(text: string): { id: string; generation: number } {
    const [, id = "", generation = ""] = refreshPattern.exec(text) ?? [];
    const expected = Buffer.from(refreshTokenOf(id, Number(generation)));
    const given = Buffer.from(text);
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) throw refused();
    return { id, generation: Number(generation) };
  }

  async function tokensOf(
    user: User,
    application: Application,
    session: { id: string; generation: number },
  ): Promise<Tokens> {
    const { number, username, profile } = user;
    const named = {
      number,
      username,
      ...(profile.displayName !== undefined && { displayName: profile.displayName }),
    };
    const accessToken = await signAccessToken({ ...named, session: session.id }, application.token, {
      ...keys.signer(),
      seconds: accessSeconds,
    });
    const refreshToken = refreshTokenOf(session.id, session.generation);
    return { accessToken, refreshToken, expiresIn: accessSeconds, user };
  }

  const sessions = {
    /**
     * @param user who has proven to be it: if by its password, that has to be the same still
     * @throws Problem user-deleted, login-failed
     */
    async open(application: Application, user: User, device: Device): Promise<Tokens> {
      const id = uuid();
      const at = new Date();
      const tooMany = await inTransaction(db, async (trx) => {
        // Under the lock of the user's row: a session must not begin while the user is being deleted.
        const current = await lockUser(trx, user.id);
        if (current?.state !== "live") throw problem("user-deleted", "This user was deleted.");
        if (current.passwordHash !== user.passwordHash) throw loginFailed();
        await deleteOldSessions(trx, user.id, new Date(at.getTime() - dayMs));
        const expiresAt = new Date(at.getTime() + sessionDays * dayMs);
        const refreshHash = hashOf(refreshTokenOf(id, 1));
        await insertSession(trx, { id, userId: user.id, refreshHash, ...device, expiresAt }, at);
        const open = await listSessions(trx, user.id);
        return open.slice(0, Math.max(0, open.length - sessionsOfUser)).map((session) => session.id);
      });
      if (tooMany.length > 0) await sessions.end(application, user, tooMany);
      return tokensOf(user, application, { id, generation: 1 });
    },

    /**
     * A refresh token is good once: a used one ends its session, since somebody else may have it.
     * @throws Problem refresh-token-invalid (401)
     */
    async renew(application: Application, refreshToken: string): Promise<Tokens> {
      const { id, generation } = parseRefreshToken(refreshToken);
      const at = new Date();
      const renewed = await inTransaction(db, async (trx) => {
        // The user before the session, as everywhere.
        const found = await findSession(trx, id);
        const user = found && (await lockUser(trx, found.userId));
        const session = await lockSession(trx, id);
        if (!session || user?.state !== "live" || user.applicationId !== application.id) return undefined;
        if (session.generation !== generation || session.refreshHash !== hashOf(refreshToken)) {
          return { reused: user };
        }
        const next = {
          generation: generation + 1,
          refreshHash: hashOf(refreshTokenOf(id, generation + 1)),
          expiresAt: new Date(at.getTime() + sessionDays * dayMs),
          at,
        };
        await updateGeneration(trx, id, next);
        return { user, session: { id, generation: next.generation } };
      });
      if (renewed && "reused" in renewed) await sessions.end(application, renewed.reused, [id]);
      if (!renewed || "reused" in renewed) throw refused();
      return tokensOf(renewed.user, application, renewed.session);
    },

    /** Its tokens are refused everywhere within a second. */
    async end(
      { token }: Application,
      user: { id: number; number: number },
      ids: readonly string[],
    ): Promise<void> {
      const facts = ids.map((session) => ({ of: "session", user: user.number, session }) as const);
      await access.change(token, (begin) =>
        inTransaction(db, async (trx) => {
          await lockUser(trx, user.id);
          await begin(facts);
          await endSessions(trx, ids, new Date());
        }),
      );
    },

    /**
     * The id of the session that a refresh token belongs to, whatever has become of it.
     * @throws Problem refresh-token-invalid (401)
     */
    sessionOf: (refreshToken: string): string => parseRefreshToken(refreshToken).id,
  };
  return sessions;
}
