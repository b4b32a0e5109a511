/** GET, PUT, PATCH, DELETE of applications, and their secrets. */
import type { Application as ApplicationReply, NewSecret } from "@parley/common/replies";
import type { Access } from "@parley/common/access";
import { applicationSecret, requireBearer, type createOperatorGuard } from "@parley/common/auth";
import type { Callers } from "@parley/common/callers";
import { createRouter } from "@parley/common/http";
import { parseToken } from "@parley/common/path";
import { parse, problem } from "@parley/common/problem";
import { isToken, Name } from "@parley/common/text";
import type { Router } from "express";
import { z } from "zod";
import type { Announce } from "../announce.ts";
import { inTransaction } from "@parley/common/db";
import { getApplication, getStoredApplication, type Stores } from "../find.ts";
import { pageShape, parsePage, requireMatch, sendPage } from "@parley/common/paging";
import {
  applicationOf,
  findApplication,
  listApplications,
  lockApplication,
  markApplicationDeleted,
  raiseSecretVersion,
  updateApplication,
  type Application,
  type ApplicationCursor,
  type ApplicationPage,
} from "../queries/applications.ts";
import { insertAnnouncement } from "../queries/change-outbox.ts";

const GuestAccess = z
  .boolean("must be true or false")
  .meta({ description: "Whether guests have access. It takes the secret." });
export const ChangedApplication = z
  .object(
    { application_name: Name.optional(), guest_access: GuestAccess.optional() },
    "must be a JSON object",
  )
  .refine(({ application_name: name, guest_access: guests }) => name !== undefined || guests !== undefined, {
    path: ["application_name"],
    message: "must be a string",
  });
const tokenCursor = z
  .string("may be given once")
  .refine(isToken, "must be an application token")
  .meta({ format: "uuid" })
  .optional();
export const PageQuery = z.strictObject({ ...pageShape, after: tokenCursor, before: tokenCursor });
const one = "/api/applications/:token";

type Dependencies = {
  stores: Stores;
  access: Pick<Access, "change">;
  callers: Callers;
  announce: Announce;
  operator: ReturnType<typeof createOperatorGuard>;
  serverKey: string;
  operatorKey: string | undefined;
};

function presentApplication(application: Application): z.input<typeof ApplicationReply> {
  return {
    application_token: application.token,
    application_name: application.name,
    guest_access: application.guestAccess ? undefined : false,
    chats_count: application.chatsCount,
    created_at: application.createdAt.toISOString(),
    updated_at: application.updatedAt.toISOString(),
  };
}

const etagOf = ({ version, chatsCount }: Application): string => `"${version}.${chatsCount}"`;

/** Negative when a comes before b in the order of the list. */
function compare(a: ApplicationCursor, b: ApplicationCursor): number {
  return (
    a.createdAt.getTime() - b.createdAt.getTime() || (a.token < b.token ? -1 : Number(a.token > b.token))
  );
}

/** The ledger first, then MySQL: what is stored in between is in one of them. */
async function listAccepted({ db, pending }: Stores, page: ApplicationPage): Promise<Application[]> {
  const waiting = await pending.listApplications({ order: page.order, limit: 10_000 });
  const { after, before } = page;
  const stored = await listApplications(db, page);
  const byToken = new Map(
    [...waiting.map(applicationOf), ...stored]
      .filter((one) => (!after || compare(one, after) > 0) && (!before || compare(one, before) < 0))
      .map((one) => [one.token, one]),
  );
  const sign = page.order === "asc" ? 1 : -1;
  return [...byToken.values()].sort((a, b) => sign * compare(a, b)).slice(0, page.limit);
}

export function applicationRoutes({
  stores,
  access,
  callers,
  announce,
  operator,
  serverKey,
  operatorKey,
}: Dependencies): Router {
  const router = createRouter();
  const secretOf = (token: string, version: number): string => applicationSecret(serverKey, token, version);

  /**
   * Where a token stands in the order, also a deleted application's, which a link may still name.
   * @throws Problem invalid (422) when there is no such application
   */
  async function findCursor(
    name: "after" | "before",
    token: string | undefined,
  ): Promise<ApplicationCursor | undefined> {
    if (token === undefined) return undefined;
    const record = await stores.pending.findApplication(token);
    const found = record ? applicationOf(record) : await findApplication(stores.db, token);
    if (found) return found;
    throw problem("invalid", `/${name}: no application has this token`, {
      errors: [{ pointer: `/${name}`, detail: "no application has this token" }],
    });
  }

  router.get("/api/applications", async (req, res) => {
    operator.list(req);
    const { order, limit, ...cursors } = parsePage(PageQuery, req);
    const after = await findCursor("after", cursors.after);
    const before = await findCursor("before", cursors.before);
    const found = await listAccepted(stores, { after, before, order, limit: limit + 1 });
    sendPage({ req, res, page: { order, limit } }, found, {
      cursorOf: ({ token }) => token,
      present: presentApplication,
    });
  });

  router.get(one, async (req, res) => {
    const token = parseToken(req.params);
    await callers.identify(req, token);
    const application = await getApplication(stores, token);
    res.set("ETag", etagOf(application)).json(presentApplication(application));
  });

  router.route(one).put(rename).patch(rename);
  async function rename(
    req: Parameters<typeof parsePage>[1],
    res: Parameters<typeof sendPage>[0]["res"],
  ): Promise<void> {
    const token = parseToken(req.params);
    const given = parse(ChangedApplication, req.body);
    await callers.identify(req, token);
    const { id } = await getStoredApplication(stores, token);
    const changed = await access.change(token, (begin) =>
      inTransaction(stores.db, async (trx) => {
        const current = await lockApplication(trx, token);
        if (current?.state !== "live") throw problem("application-deleted", "This application was deleted.");
        const { application_name: name = current.name, guest_access: guestAccess = current.guestAccess } =
          given;
        if (given.guest_access !== undefined || !current.guestAccess) {
          requireBearer(req, [secretOf(token, current.secretVersion)], "the application's secret");
        }
        requireMatch(req.get("if-match"), current.version);
        if (guestAccess !== current.guestAccess) await begin([{ of: "application" }]);
        const updatedAt = new Date();
        await updateApplication(trx, id, { name, guestAccess, at: updatedAt });
        return { ...current, name, guestAccess, version: current.version + 1, updatedAt };
      }),
    );
    res.set("ETag", etagOf(changed)).json(presentApplication(changed));
  }

  router.delete(one, async (req, res) => {
    const token = parseToken(req.params);
    const { id, secretVersion } = await getStoredApplication(stores, token);
    requireBearer(req, [secretOf(token, secretVersion)], "the application's secret");
    const announcement = await access.change(token, (begin) =>
      inTransaction(stores.db, async (trx) => {
        const current = await lockApplication(trx, token);
        if (current?.state !== "live") throw problem("application-deleted", "This application was deleted.");
        requireMatch(req.get("if-match"), current.version);
        await begin([{ of: "application" }]);
        await markApplicationDeleted(trx, id, new Date());
        return insertAnnouncement(trx, { token, closes: token });
      }),
    );
    await announce(announcement);
    res.status(204).end();
  });

  router.post(`${one}/secret`, async (req, res) => {
    const token = parseToken(req.params);
    const { id } = await getStoredApplication(stores, token);
    const version = await access.change(token, (begin) =>
      inTransaction(stores.db, async (trx) => {
        const current = await lockApplication(trx, token);
        if (current?.state !== "live") throw problem("application-deleted", "This application was deleted.");
        const accepted = [secretOf(token, current.secretVersion), operatorKey];
        requireBearer(req, accepted, "the application's secret or the operator key");
        await begin([{ of: "application" }]);
        await raiseSecretVersion(trx, id);
        return current.secretVersion + 1;
      }),
    );
    res
      .status(201)
      .json({ application_token: token, application_secret: secretOf(token, version) } satisfies z.input<
        typeof NewSecret
      >);
  });

  return router;
}
