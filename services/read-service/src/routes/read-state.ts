/** PUT and GET …/chats/:n/read and …/users/:u/read, GET …/users/me/unread: how far users have read, and what they have not. */
import type { Pointer, Reader as ReaderReply, Unread as UnreadReply } from "@parley/common/people-replies";
import type { Access } from "@parley/common/access";
import type { TokenUser } from "@parley/common/access-token";
import { requireUser, type Caller, type Callers } from "@parley/common/callers";
import { publicChatNumber } from "@parley/common/chat-number";
import type { Place } from "@parley/common/frames";
import { createRouter } from "@parley/common/http";
import { parseNumberPage, parsePage, sendPage } from "@parley/common/paging";
import { noUser, parseToken } from "@parley/common/path";
import { parse } from "@parley/common/problem";
import { presentSender, senderOf } from "@parley/common/senders";
import { createTurns } from "@parley/common/turns";
import type { Request, Router } from "express";
import { z } from "zod";
import { getChat, getStoredChat, noMessage, requireGiven, type ChatAddress, type Stores } from "../find.ts";
import { listReaders, listUnread, raisePointer, type Reader, type Unread } from "../queries/read-pointers.ts";
import { findUserId } from "../queries/senders.ts";

const application = "/api/applications/:token";
export const NewPointer = z.object(
  { message_number: z.int("must be a whole number").min(1, "must be at least 1") },
  "must be a JSON object",
);
export const NoQuery = z.strictObject({});

type Dependencies = { stores: Stores; callers: Callers; access: Pick<Access, "tell"> };
/** `address` is missing before the first message of a conversation. */
type Entered = { place: Place; caller: Caller; address: ChatAddress | undefined };

const presentReader = ({ user, messageNumber }: Reader): z.input<typeof ReaderReply> => ({
  ...presentSender(user),
  message_number: messageNumber,
});

function presentUnread({ chat, other, unread, lastRead }: Unread): z.input<typeof UnreadReply> {
  const place: Place = other === undefined ? { chat_number: publicChatNumber(chat) } : { user_number: other };
  return { ...place, unread, last_read: lastRead };
}

export function readStateRoutes({ stores, callers, access }: Dependencies): Router {
  const { db } = stores;
  const router = createRouter();
  const inTurn = createTurns({
    atOnce: 4,
    waiting: 64,
    refusal: "Too much that is unread is being counted.",
  });

  /** @throws Problem user-not-found */
  async function getUserId(token: string, { number }: TokenUser): Promise<number> {
    const id = await findUserId(db, token, number);
    if (id === undefined) throw noUser(number);
    return id;
  }

  /** @throws Problem message-not-found, and as getStoredChat */
  async function point(address: ChatAddress, user: TokenUser, number: number): Promise<number> {
    const { token, chat } = address;
    const { id: chatId } = await getStoredChat(stores, address);
    await requireGiven(stores, chatId, { ...address, number });
    const pointer = await raisePointer(db, { chatId, userId: await getUserId(token, user), number });
    const notice = { type: "read", chat, user: senderOf(user), messageNumber: pointer.number } as const;
    if (pointer.hasMoved) void access.tell(token, notice);
    return pointer.number;
  }

  /** The same for a chat and a conversation. */
  function serve(path: string, enter: (req: Request) => Promise<Entered>): void {
    router.put(path, async (req, res) => {
      const { message_number: number } = parse(NewPointer, req.body);
      const { place, caller, address } = await enter(req);
      const user = requireUser(caller);
      if (!address) throw noMessage(number);
      const pointer = { ...place, message_number: await point(address, user, number) };
      res.json(pointer satisfies z.input<typeof Pointer>);
    });

    router.get(path, async (req, res) => {
      const page = parseNumberPage(req);
      const { address } = await enter(req);
      const chat = address && (await getChat(stores, address));
      const oneMore = { ...page, limit: page.limit + 1 };
      // What is not stored yet nobody has read.
      const readers = chat && "id" in chat ? await listReaders(db, chat.id, oneMore) : [];
      sendPage({ req, res, page }, readers, { cursorOf: ({ user }) => user.number, present: presentReader });
    });
  }
  serve(`${application}/chats/:chat/read`, async (req) => {
    const { caller, ...address } = await callers.enter(req);
    return { place: { chat_number: publicChatNumber(address.chat) }, caller, address };
  });
  serve(`${application}/users/:user/read`, async (req) => {
    const { token, user, other, chat } = await callers.converse(req);
    const address = chat === undefined ? undefined : { token, chat };
    return { place: { user_number: other }, caller: { kind: "user", user }, address };
  });

  /** What is accepted and not stored yet is not counted. */
  router.get(`${application}/users/me/unread`, async (req, res) => {
    parsePage(NoQuery, req);
    const token = parseToken(req.params);
    const userId = await getUserId(token, await callers.identifyUser(req, token));
    const chats = await inTurn(() => listUnread(db, userId));
    res.json(chats.map(presentUnread));
  });

  return router;
}
