/** POST /applications/:token/chats. */
import { createRouter } from "@parley/common/http";
import { parseToken } from "@parley/common/path";
import { parse } from "@parley/common/problem";
import { Name } from "@parley/common/text";
import type { Router } from "express";
import { v4 as uuid } from "uuid";
import { z } from "zod";
import type { Commit } from "../group-commit.ts";
import { parseIdempotency, sendCreated } from "../idempotency-key.ts";

const NewChat = z.object(
  {
    chat_name: Name.optional(),
    private: z.undefined("private chats need accounts, which this version does not have").optional(),
  },
  "must be a JSON object",
);

export function chatRoutes({ commit }: { commit: Commit }): Router {
  const router = createRouter();
  router.post("/api/applications/:token/chats", async (req, res) => {
    const token = parseToken(req.params);
    const { chat_name: name } = parse(NewChat, req.body);
    const committed = await commit({
      kind: "chat",
      uid: uuid(),
      token,
      name,
      createdAt: Date.now(),
      ...parseIdempotency(req, ["chat", name]),
    });
    sendCreated(res, committed, {
      type: "chat",
      application_token: token,
      chat_number: committed.number,
      chat_name: name,
    });
  });
  return router;
}
