/** GET, PUT, PATCH, DELETE of messages: in chats, in the common chat, and of conversations. */
import type { ListedMessage, Message as MessageReply } from "@parley/common/replies";
import { credentialMissing } from "@parley/common/auth";
import { requireOpen, type Caller, type Callers } from "@parley/common/callers";
import { createRouter } from "@parley/common/http";
import { parseMessageNumber } from "@parley/common/path";
import { parse, problem } from "@parley/common/problem";
import type { Sender } from "@parley/common/records";
import { Content } from "@parley/common/text";
import { presentSender } from "@parley/common/senders";
import type { Router, Request, Response } from "express";
import { z } from "zod";
import type { Announce } from "../announce.ts";
import { inTransaction } from "@parley/common/db";
import {
  findMessages,
  getMessage,
  getStoredMessageChatId,
  noMessage,
  withSenders,
  type MessageAddress,
  type Stores,
} from "../find.ts";
import { numberPageShape, parsePage, requireMatch, sendPage } from "@parley/common/paging";
import { insertAnnouncement, type StoredAnnouncement } from "../queries/change-outbox.ts";
import { lockChat } from "../queries/chats.ts";
import { lockMessage, updateMessage, type Message } from "../queries/messages.ts";
import { insertUnindexed } from "../queries/unindexed-chats.ts";

export const ChangedMessage = z.object({ message_content: Content }, "must be a JSON object");
export const PageQuery = z.strictObject({
  ...numberPageShape,
  change_numbers: z
    .enum(["true", "false"], "must be true or false")
    .meta({
      description: "Whether messages come with their change_number, once they are stored.",
      examples: ["true"],
    })
    .default("false")
    .transform((value) => value === "true"),
});
const application = "/api/applications/:token";
const inChat = [`${application}/chats/:chat/messages`, `${application}/messages`];
const inConversation = [`${application}/users/:user/messages`];

type Dependencies = { stores: Stores; callers: Callers; announce: Announce };
type Place = { token: string; chat: number | undefined; caller: Caller };
type Change = {
  address: MessageAddress;
  caller: Caller;
  ifMatch: string | undefined;
  content: string;
  state: "edited" | "deleted";
};

function presentMessage(message: Message): z.input<typeof MessageReply> {
  return {
    message_number: message.number,
    message_content: message.content,
    sender: message.sender && presentSender(message.sender),
    created_at: message.createdAt.toISOString(),
    edited_at: message.editedAt?.toISOString(),
  };
}

/** With what tells which of two states is newer, for whoever merges pages with what comes live; once it is stored. */
function presentWithChange(message: Message): z.input<typeof ListedMessage> {
  return { ...presentMessage(message), change_number: message.changeNumber };
}

const etagOf = ({ version }: Message): string => `"${version}"`;

/**
 * What a user has written is changed by that user alone, or by the application's server.
 * @throws Problem credential-missing, credential-wrong
 */
function requireAuthor(caller: Caller, sender: Sender | undefined): void {
  if (!sender || caller.kind === "server") return;
  if (caller.kind === "guest") throw credentialMissing("its author's access token, or the secret,");
  if (caller.user.number !== sender.number) {
    throw problem("credential-wrong", "Only its author, or the application's secret, changes this message.");
  }
}

/** Gives a message its next state, in one transaction with the change number and the duty to tell of it. */
async function change(
  stores: Stores,
  { address, caller, ifMatch, content, state }: Change,
): Promise<{ changed: Message; announcement: StoredAnnouncement }> {
  const { token, chat, number } = address;
  const chatId = await getStoredMessageChatId(stores, address);
  return inTransaction(stores.db, async (trx) => {
    const parent = await lockChat(trx, chatId);
    if (parent?.state !== "live") throw problem("chat-deleted", `Chat ${chat} was deleted.`);
    const locked = await lockMessage(trx, chatId, number);
    if (!locked || locked.state === "deleted") {
      throw problem("message-deleted", `Message ${number} was deleted.`);
    }
    const [current = locked] = await withSenders(trx, [locked]);
    requireAuthor(caller, current.sender);
    requireMatch(ifMatch, current.version);
    const changeNumber = parent.lastChange + 1;
    const next = { content, state, changeNumber, at: new Date() };
    await updateMessage(trx, chatId, number, next);
    const { applicationId } = parent;
    await insertUnindexed(trx, [{ chatId, applicationId, changeNumber }]);
    return {
      changed: { ...current, content, version: current.version + 1, editedAt: next.at },
      announcement: await insertAnnouncement(trx, { token, chat, changeNumber }),
    };
  });
}

export function messageRoutes({ stores, callers, announce }: Dependencies): Router {
  const router = createRouter();

  /** The same for each place; without a chat nothing has been written there yet. */
  function serve(places: string[], enter: (req: Request) => Promise<Place>): void {
    const all = places;
    const one = places.map((place) => `${place}/:message`);

    /** @throws Problem message-not-found, and as `enter` */
    async function enterMessage(req: Request): Promise<{ caller: Caller; address: MessageAddress }> {
      const number = parseMessageNumber(req.params);
      const { token, chat, caller } = await enter(req);
      if (chat === undefined) throw noMessage(number);
      return { caller, address: { token, chat, number } };
    }

    router.get(all, async (req, res) => {
      const { change_numbers: withChanges, ...page } = parsePage(PageQuery, req);
      const { token, chat } = await enter(req);
      const oneMore = { ...page, limit: page.limit + 1 };
      const found = chat === undefined ? [] : await findMessages(stores, { token, chat }, oneMore);
      sendPage({ req, res, page }, found, {
        cursorOf: ({ number }) => number,
        present: withChanges ? presentWithChange : presentMessage,
      });
    });

    router.get(one, async (req, res) => {
      const { address } = await enterMessage(req);
      const message = await getMessage(stores, address);
      res.set("ETag", etagOf(message)).json(presentMessage(message));
    });

    async function edit(req: Request, res: Response): Promise<void> {
      const { message_content: content } = parse(ChangedMessage, req.body);
      const entered = await enterMessage(req);
      const next = { ifMatch: req.get("if-match"), content, state: "edited" } as const;
      const { changed, announcement } = await change(stores, { ...entered, ...next });
      void announce(announcement);
      res.set("ETag", etagOf(changed)).json(presentMessage(changed));
    }
    router.route(one).put(edit).patch(edit);

    router.delete(one, async (req, res) => {
      const entered = await enterMessage(req);
      const next = { ifMatch: req.get("if-match"), content: "", state: "deleted" } as const;
      const { announcement } = await change(stores, { ...entered, ...next });
      void announce(announcement);
      res.status(204).end();
    });
  }
  serve(inChat, (req) => callers.enter(req));
  serve(inConversation, async (req) => {
    const { user, ...conversation } = await callers.converse(req);
    // Whose messages are not taken any more does not write by editing either.
    if (req.method === "PUT" || req.method === "PATCH") requireOpen(conversation);
    return { ...conversation, caller: { kind: "user", user } };
  });

  return router;
}
