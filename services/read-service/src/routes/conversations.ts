/** GET …/users/me/messages and …/users/me/conversations: what a user has of its conversations, newest first. */
import type { Conversation, DirectMessage as DirectMessageReply } from "@parley/common/replies";
import type { Callers } from "@parley/common/callers";
import { createRouter } from "@parley/common/http";
import { linkNext, pageShape, parsePage } from "@parley/common/paging";
import { parseToken } from "@parley/common/path";
import { presentSender } from "@parley/common/senders";
import { createTurns } from "@parley/common/turns";
import type { Request, Response, Router } from "express";
import { z } from "zod";
import {
  listDirectMessages,
  listOwnConversations,
  type DirectCursor,
  type DirectMessage,
} from "../conversations.ts";
import type { Stores } from "../find.ts";

const own = "/api/applications/:token/users/me";
/** The last moment that MySQL has a name for. */
const latestMs = Date.UTC(9999, 11, 31);
/** Where a page ended: `<milliseconds>.<conversation>.<message>`. */
const Cursor = z
  .string("may be given once")
  .regex(/^\d{1,15}\.\d{1,10}\.\d{1,10}$/, "must be one of a Link")
  .refine((text) => Number(text.split(".")[0]) <= latestMs, "must be one of a Link")
  .meta({ description: "Where a page ended, as its Link has it." })
  .transform((text): DirectCursor => {
    const [ms, chat, number] = text.split(".").map(Number);
    return { at: new Date(ms ?? 0), chat: -(chat ?? 0), number: number ?? 0 };
  });
export const Query = z.strictObject({ limit: pageShape.limit, cursor: Cursor.optional() });
const cursorOf = ({ createdAt, chat, number }: DirectMessage): string =>
  `${createdAt.getTime()}.${-chat}.${number}`;

function presentDirectMessage({
  other,
  number,
  content,
  sender,
  createdAt,
  editedAt,
}: DirectMessage): z.input<typeof DirectMessageReply> {
  return {
    user_number: other.number,
    message_number: number,
    message_content: content,
    sender: sender && presentSender(sender),
    created_at: createdAt.toISOString(),
    edited_at: editedAt?.toISOString(),
  };
}

function presentConversation(last: DirectMessage): z.input<typeof Conversation> {
  const { user_number: _, ...message } = presentDirectMessage(last);
  const { number, username, displayName } = last.other;
  return { user_number: number, username, display_name: displayName, last_message: message };
}

type Dependencies = { stores: Stores; callers: Callers };

export function conversationRoutes({ stores, callers }: Dependencies): Router {
  const router = createRouter();
  const inTurn = createTurns({ atOnce: 4, waiting: 64, refusal: "Too many conversations are being read." });

  async function sendNewest(
    req: Request,
    res: Response,
    list: typeof listDirectMessages,
    present: (message: DirectMessage) => object,
  ): Promise<void> {
    const { limit, cursor } = parsePage(Query, req);
    const token = parseToken(req.params);
    const { number: user } = await callers.identifyUser(req, token);
    const found = await inTurn(() => list(stores, { token, user }, { after: cursor, limit: limit + 1 }));
    const shown = found.slice(0, limit);
    const last = shown.at(-1);
    if (found.length > limit && last) linkNext(req, res, "cursor", cursorOf(last));
    res.json(shown.map(present));
  }

  router.get(`${own}/messages`, (req, res) => sendNewest(req, res, listDirectMessages, presentDirectMessage));
  router.get(`${own}/conversations`, (req, res) =>
    sendNewest(req, res, listOwnConversations, presentConversation),
  );
  return router;
}
