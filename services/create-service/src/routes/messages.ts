/** POST of a message, at both of its addresses: one numbering. */
import type { Callers } from "@parley/common/callers";
import { createRouter } from "@parley/common/http";
import { parseChatPath } from "@parley/common/path";
import { parse } from "@parley/common/problem";
import { Content } from "@parley/common/text";
import { presentSender, senderOf } from "@parley/common/senders";
import type { Router } from "express";
import { v4 as uuid } from "uuid";
import { z } from "zod";
import type { Commit } from "../group-commit.ts";
import { parseIdempotency, sendCreated } from "../idempotency-key.ts";

const NewMessage = z.object({ message_content: Content }, "must be a JSON object");
const chat = "/api/applications/:token/chats/:chat";

export function messageRoutes({ commit, callers }: { commit: Commit; callers: Callers }): Router {
  const router = createRouter();
  router.post([chat, `${chat}/messages`], async (req, res) => {
    const path = parseChatPath(req.params);
    const { message_content: content } = parse(NewMessage, req.body);
    const { caller, right } = await callers.enter(req, path);
    const sender = caller.kind === "user" ? senderOf(caller.user) : undefined;
    const committed = await commit({
      kind: "message",
      uid: uuid(),
      ...path,
      sender,
      ...(right !== "open" && { private: true }),
      content,
      createdAt: Date.now(),
      ...parseIdempotency(req, caller, ["message", content]),
    });
    sendCreated(res, committed, {
      type: "message",
      application_token: path.token,
      chat_number: path.chat,
      message_number: committed.number,
      message_content: content,
      sender: sender && presentSender(sender),
    });
  });
  return router;
}
