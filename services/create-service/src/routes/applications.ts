/** POST /applications. */
import { applicationSecret, type createOperatorGuard } from "@parley/common/auth";
import { createRouter } from "@parley/common/http";
import { parse } from "@parley/common/problem";
import { Name } from "@parley/common/text";
import type { Router } from "express";
import { v4 as uuid } from "uuid";
import { z } from "zod";
import type { Commit } from "../group-commit.ts";

const NewApplication = z.object({ application_name: Name }, "must be a JSON object");

type Dependencies = { commit: Commit; serverKey: string; operator: ReturnType<typeof createOperatorGuard> };

export function applicationRoutes({ commit, serverKey, operator }: Dependencies): Router {
  const router = createRouter();
  router.post("/api/applications", async (req, res) => {
    operator.create(req);
    const { application_name } = parse(NewApplication, req.body);
    const token = uuid();
    await commit({ kind: "application", uid: token, token, name: application_name, createdAt: Date.now() });
    res.status(201).json({
      type: "application",
      application_token: token,
      application_name,
      application_secret: applicationSecret(serverKey, token, 1),
    });
  });
  return router;
}
