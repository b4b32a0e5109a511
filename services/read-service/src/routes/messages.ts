/** GET, PUT, PATCH, DELETE of messages. */
import { createRouter } from "@parley/common/http";
import { parseChatPath, parseMessagePath } from "@parley/common/path";
import { parse, problem } from "@parley/common/problem";
import { Content } from "@parley/common/text";
import type { Router, Request, Response } from "express";
import { z } from "zod";
import type { Announce } from "../announce.ts";
import { inTransaction } from "@parley/common/db";
import {
  findMessages,
  getMessage,
  getStoredMessageChatId,
  type MessageAddress,
  type Stores,
} from "../find.ts";
import { parseNumberPage, requireMatch, sendPage } from "@parley/common/paging";
import { insertAnnouncement, type StoredAnnouncement } from "../queries/change-outbox.ts";
import { lockChat } from "../queries/chats.ts";
import { lockMessage, updateMessage, type Message } from "../queries/messages.ts";
import { insertUnindexed } from "../queries/unindexed-chats.ts";

const ChangedMessage = z.object({ message_content: Content }, "must be a JSON object");
const all = "/api/applications/:token/chats/:chat/messages";
const one = `${all}/:message`;

type Dependencies = { stores: Stores; announce: Announce };
type Change = {
  address: MessageAddress;
  ifMatch: string | undefined;
  content: string;
  state: "edited" | "deleted";
};

function presentMessage(message: Message) {
  return {
    message_number: message.number,
    message_content: message.content,
    created_at: message.createdAt.toISOString(),
    edited_at: message.editedAt?.toISOString(),
  };
}

const etagOf = ({ version }: Message): string => `"${version}"`;

/** Gives a message its next state, in one transaction with the change number and the duty to tell of it. */
async function change(
  stores: Stores,
  { address, ifMatch, content, state }: Change,
): Promise<{ changed: Message; announcement: StoredAnnouncement }> {
  const { token, chat, number } = address;
  const chatId = await getStoredMessageChatId(stores, address);
  return inTransaction(stores.db, async (trx) => {
    const parent = await lockChat(trx, chatId);
    if (parent?.state !== "live") throw problem("chat-deleted", `Chat ${chat} was deleted.`);
    const current = await lockMessage(trx, chatId, number);
    if (!current || current.state === "deleted") {
      throw problem("message-deleted", `Message ${number} was deleted.`);
    }
    requireMatch(ifMatch, current.version);
    const next = { content, state, changeNumber: parent.lastChange + 1, at: new Date() };
    await updateMessage(trx, chatId, number, next);
    const { applicationId } = parent;
    await insertUnindexed(trx, [{ chatId, applicationId, changeNumber: next.changeNumber }]);
    return {
      changed: { ...current, content, version: current.version + 1, editedAt: next.at },
      announcement: await insertAnnouncement(trx, { token, chat, changeNumber: next.changeNumber }),
    };
  });
}

export function messageRoutes({ stores, announce }: Dependencies): Router {
  const router = createRouter();

  router.get(all, async (req, res) => {
    const path = parseChatPath(req.params);
    const page = parseNumberPage(req);
    const found = await findMessages(stores, path, { ...page, limit: page.limit + 1 });
    sendPage({ req, res, page }, found, {
      cursorOf: ({ number }) => number,
      present: presentMessage,
    });
  });

  router.get(one, async (req, res) => {
    const message = await getMessage(stores, parseMessagePath(req.params));
    res.set("ETag", etagOf(message)).json(presentMessage(message));
  });

  async function edit(req: Request, res: Response): Promise<void> {
    const address = parseMessagePath(req.params);
    const { message_content: content } = parse(ChangedMessage, req.body);
    const ifMatch = req.get("if-match");
    const { changed, announcement } = await change(stores, { address, ifMatch, content, state: "edited" });
    void announce(announcement);
    res.set("ETag", etagOf(changed)).json(presentMessage(changed));
  }
  router.route(one).put(edit).patch(edit);

  router.delete(one, async (req, res) => {
    const address = parseMessagePath(req.params);
    const { announcement } = await change(stores, {
      address,
      ifMatch: req.get("if-match"),
      content: "",
      state: "deleted",
    });
    void announce(announcement);
    res.status(204).end();
  });

  return router;
}
