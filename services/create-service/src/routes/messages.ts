/** POST of a message: in a chat at both of its addresses, in the common chat, and to a user. One numbering each. */
import type { Place } from "@parley/common/frames";
import type { CreatedDirectMessage, CreatedMessage } from "@parley/common/replies";
import { requireOpen, requireUser, type Caller, type Callers } from "@parley/common/callers";
import { commonChat, publicChatNumber } from "@parley/common/chat-number";
import { createRouter } from "@parley/common/http";
import { parse } from "@parley/common/problem";
import { presentSender, senderOf } from "@parley/common/senders";
import { Content } from "@parley/common/text";
import type { Request, Response, Router } from "express";
import { v4 as uuid } from "uuid";
import { z } from "zod";
import type { Commit } from "../group-commit.ts";
import { parseIdempotency, sendCreated } from "../idempotency-key.ts";
import type { ReadService } from "../read-service.ts";

export const NewMessage = z.object({ message_content: Content }, "must be a JSON object");
const application = "/api/applications/:token";
const chat = `${application}/chats/:chat`;

type Dependencies = { commit: Commit; callers: Callers; readService: Pick<ReadService, "openConversation"> };
/** `shown`: how the reply names the place. */
type Message = {
  token: string;
  chat: number;
  caller: Caller;
  isPrivate: boolean;
  content: string;
  shown: Place;
};

export function messageRoutes({ commit, callers, readService }: Dependencies): Router {
  const router = createRouter();

  async function send(req: Request, res: Response, message: Message): Promise<void> {
    const { token, chat: number, caller, isPrivate, content, shown } = message;
    const sender = caller.kind === "user" ? senderOf(caller.user) : undefined;
    const committed = await commit({
      kind: "message",
      uid: uuid(),
      token,
      chat: number,
      sender,
      ...(isPrivate && { private: true }),
      content,
      createdAt: Date.now(),
      ...parseIdempotency(req, caller, ["message", content]),
    });
    sendCreated(res, committed, {
      type: "message",
      application_token: token,
      ...shown,
      message_number: committed.number,
      message_content: content,
      sender: sender && presentSender(sender),
    } satisfies z.input<typeof CreatedMessage> | z.input<typeof CreatedDirectMessage>);
  }

  router.post([chat, `${chat}/messages`, `${application}/messages`], async (req, res) => {
    const { message_content: content } = parse(NewMessage, req.body);
    const { right, ...entered } = await callers.enter(req);
    // So that whoever reads it can answer its author alone.
    if (entered.chat === commonChat) requireUser(entered.caller);
    const shown = { chat_number: publicChatNumber(entered.chat) };
    await send(req, res, { ...entered, isPrivate: right !== "open", content, shown });
  });

  router.post(`${application}/users/:user/messages`, async (req, res, next) => {
    if (req.params.user === "me") return next();
    const { message_content: content } = parse(NewMessage, req.body);
    const conversation = await callers.converse(req);
    requireOpen(conversation);
    const { token, user, other, chat: begun } = conversation;
    const number = begun ?? (await readService.openConversation(token, { from: user.number, to: other }));
    const shown = { user_number: other };
    return send(req, res, {
      token,
      chat: number,
      caller: { kind: "user", user },
      isPrivate: true,
      content,
      shown,
    });
  });

  return router;
}
