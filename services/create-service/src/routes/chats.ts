/** POST /applications/:token/chats. */
import type { CreatedChat } from "@parley/common/replies";
import { credentialMissing } from "@parley/common/auth";
import type { Callers } from "@parley/common/callers";
import { createRouter } from "@parley/common/http";
import { parseToken } from "@parley/common/path";
import { parse } from "@parley/common/problem";
import { Name } from "@parley/common/text";
import type { Router } from "express";
import { v4 as uuid } from "uuid";
import { z } from "zod";
import type { Learn } from "../learn.ts";
import type { Commit } from "../group-commit.ts";
import { parseIdempotency, sendCreated } from "../idempotency-key.ts";

export const NewChat = z.object(
  {
    chat_name: Name.optional(),
    private: z
      .boolean("must be true or false")
      .meta({ description: "For members alone. By a user, who is its owner, or by the secret." })
      .optional(),
  },
  "must be a JSON object",
);

type Dependencies = { commit: Commit; callers: Callers; learn: Learn };

export function chatRoutes({ commit, callers, learn }: Dependencies): Router {
  const router = createRouter();
  router.post("/api/applications/:token/chats", async (req, res) => {
    const token = parseToken(req.params);
    const { chat_name: name, private: isPrivate = false } = parse(NewChat, req.body);
    const caller = await callers.identify(req, token);
    const isNobodys = isPrivate && caller.kind === "guest";
    if (isNobodys) throw credentialMissing("a user's access token, or the secret,");
    const committed = await commit({
      kind: "chat",
      uid: uuid(),
      token,
      name,
      ...(isPrivate && { private: true, ...(caller.kind === "user" && { owner: caller.user.number }) }),
      createdAt: Date.now(),
      ...parseIdempotency(req, caller, ["chat", name, ...(isPrivate ? ["private"] : [])]),
    });
    const privacy = { of: "privacy", chat: committed.number } as const;
    learn(token, privacy, isPrivate ? "private-unstored" : "open-unstored");
    sendCreated(res, committed, {
      type: "chat",
      application_token: token,
      chat_number: committed.number,
      chat_name: name,
      private: isPrivate || undefined,
    } satisfies z.input<typeof CreatedChat>);
  });
  return router;
}
