/** Users: made by the application's server, listed, searched for, changed and deleted. */
import type { Access } from "@parley/common/access";
import { fold } from "@parley/common/fold";
import { createRouter } from "@parley/common/http";
import {
  linkNext,
  numberPageShape,
  pageShape,
  parsePage,
  requireMatch,
  sendPage,
} from "@parley/common/paging";
import { parse, problem } from "@parley/common/problem";
import { createTurns } from "@parley/common/turns";
import { countCharacters, Text } from "@parley/common/text";
import type { Request, Response, Router } from "express";
import type { Knex } from "knex";
import { z } from "zod";
import type { Callers } from "../callers.ts";
import { changeUser, createUser, deleteUser, wrongOldPassword } from "../change-user.ts";
import { beginningOf, findUsers } from "../find-users.ts";
import { loginOf, type LoginLimits } from "../login-limits.ts";
import { GivenPassword, hashPassword, isPassword, NewPassword } from "../passwords.ts";
import { etagOf, presentTokens, presentUser } from "../present.ts";
import { profileShape, withGiven } from "../profile.ts";
import type { FoundSuffix } from "../queries/user-suffixes.ts";
import { findUserByKey, listUsers } from "../queries/users.ts";
import type { Sessions } from "../sessions.ts";
import { Username, usernameKey } from "../usernames.ts";
import type { ReadService } from "../read-service.ts";

const all = "/api/applications/:token/users";
const one = `${all}/:user`;

const object = "must be a JSON object";
export const NewUser = z.object(
  { username: Username, password: NewPassword.optional(), ...profileShape },
  object,
);
export const ChangedUser = z.object(
  {
    username: Username.optional(),
    password: NewPassword.optional(),
    old_password: GivenPassword.optional(),
    ...profileShape,
  },
  object,
);
const Query = Text.refine(
  (text) => text.length <= 256 && countCharacters(text) <= 64,
  "may have at most 64 characters",
)
  .refine((text) => fold(text).trim() !== "", "has nothing to search for")
  .meta({ minLength: 1, maxLength: 64, description: "Any part of name or display name.", examples: ["an"] });

/** Where a page of hits ended: `<1 inside a word>.<user>.<position>.<suffix in base64url>`. */
const Cursor = z
  .string("may be given once")
  .regex(/^[01]\.\d{1,10}\.\d{1,5}\.[\w-]{1,200}$/, "must be one of a Link")
  .meta({ description: "Where a page of hits ended, as its Link has it." })
  .transform((text): FoundSuffix => {
    const [isInner, number, position, suffix = ""] = text.split(".");
    return {
      isInner: isInner === "1",
      number: Number(number),
      position: Number(position),
      suffix: Buffer.from(suffix, "base64url").toString(),
    };
  });
const cursorOf = ({ isInner, number, position, suffix }: FoundSuffix): string =>
  `${Number(isInner)}.${number}.${position}.${Buffer.from(suffix).toString("base64url")}`;

export const UserPage = z.strictObject(numberPageShape);
export const SearchPage = z.strictObject({ limit: pageShape.limit, query: Query, cursor: Cursor.optional() });
export const Deletion = z.strictObject({
  messages: z
    .enum(["keep", "delete"], "must be keep or delete")
    .meta({ description: "What becomes of what the user wrote.", examples: ["keep"] })
    .default("delete"),
});

type Dependencies = {
  db: Knex;
  access: Pick<Access, "change">;
  callers: Callers;
  sessions: Sessions;
  limits: LoginLimits;
  readService: Pick<ReadService, "announce">;
};

export function userRoutes({ db, access, callers, sessions, limits, readService }: Dependencies): Router {
  const router = createRouter();
  const inTurn = createTurns({ atOnce: 8, waiting: 64, refusal: "Too many searches are under way." });

  router.post(all, async (req, res) => {
    const application = await callers.requireServer(req);
    const { username, password, ...profile } = parse(NewUser, req.body);
    const passwordHash = password === undefined ? undefined : await hashPassword(password);
    const user = await createUser(db, application, {
      username,
      passwordHash,
      profile: withGiven({}, profile),
    });
    res.status(201).json(presentUser(user));
  });

  router.post(`${one}/token`, async (req, res) => {
    const application = await callers.requireServer(req);
    const user = await callers.getUser(req, { application, caller: { kind: "server" } });
    res.status(201).json(presentTokens(await sessions.open(application, user, {})));
  });

  router.get(all, async (req, res) => {
    if (req.query["query"] === undefined) {
      const page = parsePage(UserPage, req);
      const { application } = await callers.identify(req);
      const users = await listUsers(db, application.id, { ...page, limit: page.limit + 1 });
      return sendPage({ req, res, page }, users, { cursorOf: ({ number }) => number, present: presentUser });
    }
    const { limit, query: text, cursor: after } = parsePage(SearchPage, req);
    if (after && !after.suffix.startsWith(beginningOf(text))) throw foreignCursor();
    const { application } = await callers.identify(req);
    const hits = await inTurn(() => findUsers(db, application.id, { text, after, limit: limit + 1 }));
    const shown = hits.slice(0, limit);
    const last = shown.at(-1);
    if (hits.length > limit && last) linkNext(req, res, "cursor", cursorOf(last.cursor));
    return res.json(shown.map(({ user }) => presentUser(user)));
  });

  router.get(`${all}/username/:username`, async (req, res) => {
    const { application } = await callers.identify(req);
    const user = await findUserByKey(db, application.id, usernameKey(String(req.params["username"])));
    if (!user) throw problem("user-not-found", "No user of this application has this name.");
    res.set("ETag", etagOf(user)).json(presentUser(user));
  });

  router.get(one, async (req, res) => {
    const user = await callers.getUser(req, await callers.identify(req));
    res.set("ETag", etagOf(user)).json(presentUser(user));
  });

  async function change(req: Request, res: Response): Promise<void> {
    const { username, password, old_password, ...profile } = parse(ChangedUser, req.body);
    const own = await callers.getOwnUser(req);
    const { user, caller } = own;
    const ifMatch = req.get("if-match");
    requireMatch(ifMatch, user.version);
    if (password !== undefined && caller.kind === "user") {
      if (old_password === undefined) throw missingOldPassword();
      const login = loginOf(own.application, usernameKey(user.username), req);
      const isRight = await limits.guard(login, () => isPassword(user.passwordHash, old_password));
      if (!isRight) throw wrongOldPassword();
    }
    const changed = await changeUser({ db, access }, own, {
      ifMatch,
      isProven: password !== undefined && caller.kind === "user",
      username,
      passwordHash: password === undefined ? undefined : await hashPassword(password),
      profile: Object.keys(profile).length === 0 ? undefined : (before) => withGiven(before, profile),
    });
    res.set("ETag", etagOf(changed)).json(presentUser(changed));
  }
  router.route(one).put(change).patch(change);

  router.delete(one, async (req, res) => {
    const { messages } = parsePage(Deletion, req);
    const own = await callers.getOwnUser(req);
    await deleteUser({ db, access }, own, {
      ifMatch: req.get("if-match"),
      keepsMessages: messages === "keep",
    });
    readService.announce(own.application.token);
    res.status(204).end();
  });

  return router;
}

function foreignCursor() {
  return problem("invalid", "The cursor is not one of this search.", {
    errors: [{ pointer: "/cursor", detail: "belongs to another search" }],
  });
}

function missingOldPassword() {
  return problem("invalid", "/old_password: is needed to change the password", {
    errors: [{ pointer: "/old_password", detail: "is needed to change the password" }],
  });
}
