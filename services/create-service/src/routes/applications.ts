/** POST /applications. */
import type { CreatedApplication } from "@parley/common/replies";
import { applicationSecret, type createOperatorGuard } from "@parley/common/auth";
import type { Epochs } from "@parley/common/epochs";
import { createRouter } from "@parley/common/http";
import { parse } from "@parley/common/problem";
import { Name } from "@parley/common/text";
import type { Router } from "express";
import { v4 as uuid } from "uuid";
import { z } from "zod";
import type { Learn } from "../learn.ts";
import type { Commit } from "../group-commit.ts";
import { parseApplicationIdentity, sendCreated } from "../idempotency-key.ts";

export const NewApplication = z.object({ application_name: Name }, "must be a JSON object");

const tries = 20;

/** While a shard is being recovered, new applications go to the others. */
function newToken(epochs: Pick<Epochs, "isClosed">): string {
  const tokens = Array.from({ length: tries }, () => uuid());
  return tokens.find((token) => !epochs.isClosed(token)) ?? uuid();
}

type Dependencies = {
  commit: Commit;
  epochs: Pick<Epochs, "isClosed">;
  serverKey: string;
  operator: ReturnType<typeof createOperatorGuard>;
  learn: Learn;
};

export function applicationRoutes({ commit, epochs, serverKey, operator, learn }: Dependencies): Router {
  const router = createRouter();
  router.post("/api/applications", async (req, res) => {
    operator.create(req);
    const { application_name } = parse(NewApplication, req.body);
    const { token = newToken(epochs), idempotency } = parseApplicationIdentity(req, serverKey, [
      "application",
      application_name,
    ]);
    const committed = await commit({
      kind: "application",
      uid: token,
      token,
      name: application_name,
      createdAt: Date.now(),
      idempotency,
    });
    if (!committed.replayed) learn(token, { of: "application" }, "1:1");
    sendCreated(res, committed, {
      type: "application",
      application_token: token,
      application_name,
      application_secret: applicationSecret(serverKey, token, 1),
    } satisfies z.input<typeof CreatedApplication>);
  });
  return router;
}
