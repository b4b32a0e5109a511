/** GET …/sessions, DELETE …/sessions/:id: the caller's own devices. */
import type { Session as SessionReply } from "@parley/common/people-replies";
import type { z } from "zod";
import { createRouter } from "@parley/common/http";
import { problem } from "@parley/common/problem";
import type { Router } from "express";
import type { Knex } from "knex";
import type { Callers } from "../callers.ts";
import { listSessions, type Session } from "../queries/sessions.ts";
import type { Sessions } from "../sessions.ts";

const at = "/api/applications/:token/sessions";

function presentSession(
  { id, userAgent, address, createdAt, usedAt }: Session,
  current: string,
): z.input<typeof SessionReply> {
  return {
    session_id: id,
    user_agent: userAgent,
    address,
    created_at: createdAt.toISOString(),
    used_at: usedAt.toISOString(),
    current: id === current ? true : undefined,
  };
}

type Dependencies = { db: Knex; callers: Callers; sessions: Sessions };

export function sessionRoutes({ db, callers, sessions }: Dependencies): Router {
  const router = createRouter();

  router.get(at, async (req, res) => {
    const { user, session } = await callers.requireUser(req);
    res.json((await listSessions(db, user.id)).map((one) => presentSession(one, session)));
  });

  router.delete(`${at}/:session`, async (req, res) => {
    const { application, user } = await callers.requireUser(req);
    const open = await listSessions(db, user.id);
    const session = open.find(({ id }) => id === req.params["session"]);
    if (!session) throw problem("session-not-found", "You have no such session.");
    await sessions.end(application, user, [session.id]);
    res.status(204).end();
  });

  return router;
}
