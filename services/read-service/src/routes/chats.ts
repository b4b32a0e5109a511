/** GET, PUT, PATCH, DELETE of chats. */
import { applicationSecret, requireBearer } from "@parley/common/auth";
import { createRouter } from "@parley/common/http";
import { chatKey } from "@parley/common/ledger";
import { parseChatPath, parseToken } from "@parley/common/path";
import { parse, problem } from "@parley/common/problem";
import { Name } from "@parley/common/text";
import type { Router, Request, Response } from "express";
import { z } from "zod";
import type { Announce } from "../announce.ts";
import { inTransaction } from "@parley/common/db";
import { getApplication, getChat, getStoredApplication, getStoredChat, type Stores } from "../find.ts";
import { mergeByNumber, parseNumberPage, rangeOf, requireMatch, sendPage } from "@parley/common/paging";
import { insertAnnouncement } from "../queries/change-outbox.ts";
import {
  chatOf,
  listChats,
  lockChat,
  markChatDeleted,
  renameChat,
  type Chat,
  type StoredChat,
} from "../queries/chats.ts";

const ChangedChat = z.object({ chat_name: Name }, "must be a JSON object");
const all = "/api/applications/:token/chats";
const one = `${all}/:chat`;

type Dependencies = { stores: Stores; announce: Announce; serverKey: string };

function presentChat(chat: Chat) {
  return {
    chat_number: chat.number,
    chat_name: chat.name,
    messages_count: chat.messagesCount,
    created_at: chat.createdAt.toISOString(),
    updated_at: chat.updatedAt.toISOString(),
  };
}

const etagOf = ({ version, messagesCount }: Chat): string => `"${version}.${messagesCount}"`;

export function chatRoutes({ stores, announce, serverKey }: Dependencies): Router {
  const { db, pending } = stores;
  const router = createRouter();

  router.get(all, async (req, res) => {
    const token = parseToken(req.params);
    const page = parseNumberPage(req);
    const oneMore = { ...page, limit: page.limit + 1 };
    // The ledger before MySQL: what is stored in between is in one of them.
    const waiting = await pending.listChats(token, rangeOf(oneMore));
    const application = await getApplication(stores, token);
    const stored = "id" in application ? await listChats(db, application.id as number, oneMore) : [];
    sendPage({ req, res, page }, mergeByNumber(waiting.map(chatOf), stored, oneMore), {
      cursorOf: ({ number }) => number,
      present: presentChat,
    });
  });

  router.get(one, async (req, res) => {
    const chat = await getChat(stores, parseChatPath(req.params));
    res.set("ETag", etagOf(chat)).json(presentChat(chat));
  });

  /** The chat as it is now, locked and fit to be changed. */
  async function lockForChange(
    trx: Parameters<typeof lockChat>[0],
    id: number,
    req: Request,
  ): Promise<StoredChat> {
    const current = await lockChat(trx, id);
    if (current?.state !== "live") throw problem("chat-deleted", "This chat was deleted.");
    requireMatch(req.get("if-match"), current.version);
    return current;
  }

  async function rename(req: Request, res: Response): Promise<void> {
    const path = parseChatPath(req.params);
    const { chat_name: name } = parse(ChangedChat, req.body);
    const { id } = await getStoredChat(stores, path);
    const { changed, announcement } = await inTransaction(db, async (trx) => {
      const current = await lockForChange(trx, id, req);
      const updatedAt = new Date();
      await renameChat(trx, id, name, updatedAt);
      return {
        changed: { ...current, name, version: current.version + 1, updatedAt },
        announcement: await insertAnnouncement(trx, { ...path, changeNumber: current.lastChange + 1 }),
      };
    });
    void announce(announcement);
    res.set("ETag", etagOf(changed)).json(presentChat(changed));
  }
  router.route(one).put(rename).patch(rename);

  router.delete(one, async (req, res) => {
    const path = parseChatPath(req.params);
    const { secretVersion } = await getStoredApplication(stores, path.token);
    requireBearer(req, [applicationSecret(serverKey, path.token, secretVersion)], "the application's secret");
    const { id } = await getStoredChat(stores, path);
    const announcement = await inTransaction(db, async (trx) => {
      const current = await lockForChange(trx, id, req);
      await markChatDeleted(trx, current, new Date());
      const closes = chatKey(path.token, path.chat);
      return insertAnnouncement(trx, { ...path, changeNumber: current.lastChange + 1, closes });
    });
    await announce(announcement);
    res.status(204).end();
  });

  return router;
}
