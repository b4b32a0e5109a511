/** POST …/register, /login, /token/renew and /logout. */
import { createRouter } from "@parley/common/http";
import { parse } from "@parley/common/problem";
import type { Request, Router } from "express";
import type { Knex } from "knex";
import { z } from "zod";
import type { Callers } from "../callers.ts";
import { createUser, usernameTaken } from "../change-user.ts";
import { loginOf, type LoginLimits } from "../login-limits.ts";
import { GivenPassword, hashPassword, isPassword, NewPassword } from "../passwords.ts";
import { presentTokens, presentUser } from "../present.ts";
import { profileShape, withGiven } from "../profile.ts";
import { findUserByKey, findUserOfSession, type User } from "../queries/users.ts";
import { loginFailed, type Device, type Sessions } from "../sessions.ts";
import { Username, usernameKey } from "../usernames.ts";

const object = "must be a JSON object";
export const NewAccount = z.object({ username: Username, password: NewPassword, ...profileShape }, object);
const GivenName = z
  .string("must be a string")
  .refine((text) => text.length <= 256, "is too long")
  .meta({ maxLength: 256, examples: ["ann"] });
export const Login = z.object({ username: GivenName, password: GivenPassword }, object);
const RefreshToken = z
  .string("must be a string")
  .refine((text) => text.length <= 256, "is too long")
  .meta({ maxLength: 256 });
export const Renewal = z.object({ refresh_token: RefreshToken }, object);
export const Logout = z.object({ refresh_token: RefreshToken.optional() }, object).optional();
const at = "/api/applications/:token";
const longestUserAgent = 255;

type Dependencies = { db: Knex; callers: Callers; sessions: Sessions; limits: LoginLimits };

/** What a session's list tells of where it is used. */
function deviceOf(req: Request): Device {
  return { userAgent: req.get("user-agent")?.slice(0, longestUserAgent), address: req.ip };
}

export function accountRoutes({ db, callers, sessions, limits }: Dependencies): Router {
  const router = createRouter();

  router.post(`${at}/register`, async (req, res) => {
    const { username, password, ...profile } = parse(NewAccount, req.body);
    const application = await callers.getApplication(req);
    if (await findUserByKey(db, application.id, usernameKey(username))) {
      throw usernameTaken();
    }
    const passwordHash = await hashPassword(password);
    const user = await createUser(db, application, {
      username,
      passwordHash,
      profile: withGiven({}, profile),
    });
    res.status(201).json(presentUser(user));
  });

  router.post(`${at}/login`, async (req, res) => {
    const { username, password } = parse(Login, req.body);
    const application = await callers.getApplication(req);
    const key = usernameKey(username.trim());
    const login = loginOf(application, key, req);
    let user: User | undefined;
    const isRight = await limits.guard(login, async () => {
      user = await findUserByKey(db, application.id, key);
      return isPassword(user?.passwordHash, password);
    });
    if (!isRight || !user) throw loginFailed();
    res.json(presentTokens(await sessions.open(application, user, deviceOf(req))));
  });

  router.post(`${at}/token/renew`, async (req, res) => {
    const { refresh_token } = parse(Renewal, req.body);
    const application = await callers.getApplication(req);
    res.json(presentTokens(await sessions.renew(application, refresh_token)));
  });

  router.post(`${at}/logout`, async (req, res) => {
    const { refresh_token } = parse(Logout, req.body) ?? {};
    if (refresh_token === undefined) {
      const { application, user, session } = await callers.requireUser(req);
      await sessions.end(application, user, [session]);
    } else {
      const application = await callers.getApplication(req);
      const id = sessions.sessionOf(refresh_token);
      const user = await findUserOfSession(db, id);
      if (user?.applicationId === application.id) await sessions.end(application, user, [id]);
    }
    res.status(204).end();
  });

  return router;
}
