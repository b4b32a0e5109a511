/** GET, PUT, PATCH, DELETE of chats. */
import type { Chat as ChatReply } from "@parley/common/replies";
import { applicationSecret, credentialMissing, parseCredential, requireBearer } from "@parley/common/auth";
import type { Caller, Callers, Right } from "@parley/common/callers";
import { commonChat, publicChatNumber } from "@parley/common/chat-number";
import { createRouter } from "@parley/common/http";
import { chatKey } from "@parley/common/ledger";
import { parseChatPath, parseToken } from "@parley/common/path";
import { parse, problem } from "@parley/common/problem";
import type { ChatRecord } from "@parley/common/records";
import { Name } from "@parley/common/text";
import type { Router, Request, Response } from "express";
import { z } from "zod";
import type { Announce } from "../announce.ts";
import { inTransaction } from "@parley/common/db";
import { getApplication, getChat, getStoredApplication, getStoredChat, type Stores } from "../find.ts";
import {
  mergeByNumber,
  parseNumberPage,
  rangeOf,
  requireMatch,
  sendPage,
  type NumberPage,
} from "@parley/common/paging";
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

export const ChangedChat = z.object({ chat_name: Name }, "must be a JSON object");
const all = "/api/applications/:token/chats";
const one = `${all}/:chat`;

type Dependencies = { stores: Stores; callers: Callers; announce: Announce; serverKey: string };

function presentChat(chat: Chat): z.input<typeof ChatReply> {
  return {
    chat_number: publicChatNumber(chat.number),
    chat_name: chat.name,
    private: chat.isPrivate || undefined,
    messages_count: chat.messagesCount,
    created_at: chat.createdAt.toISOString(),
    updated_at: chat.updatedAt.toISOString(),
  };
}

const etagOf = ({ version, messagesCount }: Chat): string => `"${version}.${messagesCount}"`;

/** A chat that is not stored yet has no members but its owner. */
function mayRead(caller: Caller, { private: isPrivate, owner }: ChatRecord): boolean {
  if (!isPrivate || caller.kind === "server") return true;
  return caller.kind === "user" && caller.user.number === owner;
}

/** @throws Problem credential-wrong (403) for mere members */
function requireManager(right: Right): void {
  if (right !== "member") return;
  throw problem("credential-wrong", "Only the owner and the moderators of this chat may do this.");
}

/** @throws Problem credential-missing, credential-wrong */
function requireServer(caller: Caller): void {
  if (caller.kind === "guest") throw credentialMissing("the application's secret");
  if (caller.kind === "user") throw problem("credential-wrong", "This needs the application's secret.");
}

export function chatRoutes({ stores, callers, announce, serverKey }: Dependencies): Router {
  const { db, pending } = stores;
  const router = createRouter();

  /** Of the chats on the way to MySQL those that the caller may read. */
  async function listReadable(token: string, caller: Caller, page: NumberPage): Promise<ChatRecord[]> {
    const readable: ChatRecord[] = [];
    for (let rest = page; readable.length < page.limit;) {
      const part = await pending.listChats(token, rangeOf(rest));
      readable.push(...part.filter((record) => mayRead(caller, record)));
      const last = part.at(-1)?.number;
      if (last === undefined || part.length < rest.limit) break;
      rest = page.order === "asc" ? { ...rest, after: last } : { ...rest, before: last };
    }
    return readable;
  }

  router.get(all, async (req, res) => {
    const token = parseToken(req.params);
    const page = parseNumberPage(req);
    const caller = await callers.identify(req, token);
    const oneMore = { ...page, limit: page.limit + 1 };
    // The ledger before MySQL: what is stored in between is in one of them.
    const waiting = await listReadable(token, caller, oneMore);
    const application = await getApplication(stores, token);
    const applicationId = "id" in application ? (application.id as number) : undefined;
    const stored = applicationId === undefined ? [] : await listChats(db, { applicationId, caller }, oneMore);
    sendPage({ req, res, page }, mergeByNumber(waiting.map(chatOf), stored, oneMore), {
      cursorOf: ({ number }) => number,
      present: presentChat,
    });
  });

  router.get(one, async (req, res) => {
    const chat = await getChat(stores, await callers.enter(req));
    res.set("ETag", etagOf(chat)).json(presentChat(chat));
  });

  async function isOwner(req: Request): Promise<boolean> {
    if (parseCredential(req).kind !== "access-token") return false;
    return (await callers.enter(req)).right === "owner";
  }

  async function requireOwnSecret(req: Request, token: string): Promise<void> {
    const { secretVersion } = await getStoredApplication(stores, token);
    requireBearer(req, [applicationSecret(serverKey, token, secretVersion)], "the application's secret");
  }

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
    const { chat_name: name } = parse(ChangedChat, req.body);
    const { token, chat, caller, right } = await callers.enter(req);
    const path = { token, chat };
    requireManager(right);
    if (chat === commonChat) requireServer(caller);
    const { id } = await getStoredChat(stores, path);
    const { changed, announcement } = await inTransaction(db, async (trx) => {
      const current = await lockForChange(trx, id, req);
      const updatedAt = new Date();
      const changeNumber = current.lastChange + 1;
      await renameChat(trx, current, name, updatedAt);
      return {
        changed: { ...current, name, version: current.version + 1, updatedAt },
        announcement: await insertAnnouncement(trx, { ...path, changeNumber }),
      };
    });
    void announce(announcement);
    res.set("ETag", etagOf(changed)).json(presentChat(changed));
  }
  router.route(one).put(rename).patch(rename);

  router.delete(one, async (req, res, next) => {
    const path = parseChatPath(req.params);
    // It is there as long as its application.
    if (path.chat === commonChat) return next();
    // A private chat is its owner's.
    if (!(await isOwner(req))) await requireOwnSecret(req, path.token);
    const { id } = await getStoredChat(stores, path);
    const announcement = await inTransaction(db, async (trx) => {
      const current = await lockForChange(trx, id, req);
      await markChatDeleted(trx, current, new Date());
      const closes = chatKey(path.token, path.chat);
      return insertAnnouncement(trx, { ...path, changeNumber: current.lastChange + 1, closes });
    });
    await announce(announcement);
    return void res.status(204).end();
  });

  return router;
}
