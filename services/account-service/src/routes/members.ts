/** GET …/chats/:n/members, GET, PUT, DELETE …/members/:u, and GET …/users/:u/chats. */
import type {
  ChangedMember,
  Member as MemberReply,
  Membership,
  OwnChat as OwnChatReply,
} from "@parley/common/people-replies";
import type { Access } from "@parley/common/access";
import { roles, type Role } from "@parley/common/fact";
import { credentialMissing } from "@parley/common/auth";
import { commonChat } from "@parley/common/chat-number";
import { inTransaction } from "@parley/common/db";
import { createRouter } from "@parley/common/http";
import { parseNumberPage, sendPage } from "@parley/common/paging";
import { noChat, parseChatPath } from "@parley/common/path";
import { parse, problem } from "@parley/common/problem";
import type { Request, Router } from "express";
import type { Knex } from "knex";
import { z } from "zod";
import type { Call, Callers } from "../callers.ts";
import {
  countOwners,
  deleteMember,
  findChat,
  findRole,
  insertMemberChanges,
  listChatsOf,
  listMembers,
  lockChat,
  putMember,
  type Chat,
  type Member,
  type OwnChat,
} from "../queries/members.ts";
import { lockUser, type User } from "../queries/users.ts";
import type { ReadService } from "../read-service.ts";

const all = "/api/applications/:token/chats/:chat/members";
const one = `${all}/:user`;
export const NewMember = z
  .object({ role: z.enum(roles, "must be owner, moderator or member").optional() }, "must be a JSON object")
  .optional();

type Dependencies = { db: Knex; access: Pick<Access, "change">; callers: Callers; readService: ReadService };
/** The role that a user has from now on. */
type Change = { role: Role | undefined };
/** The caller's role: `server` may what an owner may. */
type Place = { call: Call; chat: Chat; role: Role | "server" | undefined };

function presentMember({ number, username, displayName, role, since }: Member): z.input<typeof MemberReply> {
  return { user_number: number, username, display_name: displayName, role, since: since.toISOString() };
}

function presentOwnChat({ number, name, isPrivate, role, since }: OwnChat): z.input<typeof OwnChatReply> {
  return {
    chat_number: number,
    chat_name: name,
    private: isPrivate || undefined,
    role,
    since: since.toISOString(),
  };
}

const isOneself = ({ caller }: Call, user: User): boolean =>
  caller.kind === "user" && caller.user.id === user.id;
const refused = (detail: string) => problem("credential-wrong", detail);

/**
 * Owners and the application's server may everything, moderators bring in and put out mere members, and everybody may join
 * an open chat, or leave.
 * @param from the role that the user has, and `to` the one that it is to have; undefined for none
 * @throws Problem credential-missing, credential-wrong
 */
function requireMay(
  { call, chat, role }: Place,
  user: User,
  { from, to }: { from?: Role | undefined; to?: Role },
): void {
  if (role === "server" || role === "owner") return;
  const staysSmall = (from === undefined || from === "member") && (to === undefined || to === "member");
  if (role === "moderator" && staysSmall) return;
  if (call.caller.kind === "guest") throw credentialMissing("a user's access token, or the secret,");
  if (isOneself(call, user) && (to === undefined || (!chat.isPrivate && staysSmall))) return;
  throw refused("Your role in this chat does not allow this.");
}

export function memberRoutes({ db, access, callers, readService }: Dependencies): Router {
  const router = createRouter();

  async function roleOf(store: Knex, { caller }: Call, chat: Chat): Promise<Role | "server" | undefined> {
    if (caller.kind === "server") return "server";
    return caller.kind === "user" ? findRole(store, chat.id, caller.user.id) : undefined;
  }

  /**
   * The chat that the path names, with what the caller is in it.
   * @throws Problem chat-not-found, also for what is private to others; chat-deleted
   */
  async function enter(req: Request): Promise<Place> {
    const path = parseChatPath(req.params);
    if (path.chat === commonChat) throw problem("chat-not-found", "The common chat has no list of members.");
    const call = await callers.identify(req);
    const { id } = call.application;
    let chat = await findChat(db, id, path.chat);
    if (!chat) {
      await readService.requireStored(path.token, path.chat);
      chat = await findChat(db, id, path.chat);
    }
    if (!chat) throw noChat(path.chat);
    const role = await roleOf(db, call, chat);
    if (chat.isPrivate && role === undefined) throw noChat(chat.number);
    if (chat.state !== "live") throw problem("chat-deleted", `Chat ${chat.number} was deleted.`);
    return { call, chat, role };
  }

  /** As enter, of a chat that is settled, too: nobody is shown its first owner any more. */
  async function enterForChange(req: Request): Promise<Place> {
    const place = await enter(req);
    await readService.requireStored(place.call.application.token, place.chat.number);
    return place;
  }

  /** Under the lock of the chat's row, with what the caller and the user are by then. `act` says what it has changed. */
  async function change(
    { call, chat: found }: Place,
    user: User,
    act: (trx: Knex.Transaction, place: Place, from: Role | undefined) => Promise<Change | undefined>,
  ): Promise<void> {
    const { token } = call.application;
    await access.change(token, (begin) =>
      inTransaction(db, async (trx) => {
        const chat = await lockChat(trx, found.id);
        if (chat?.state !== "live") throw problem("chat-deleted", `Chat ${found.number} was deleted.`);
        const role = await roleOf(trx, call, chat);
        if (chat.isPrivate && role === undefined) throw noChat(chat.number);
        const current = await lockUser(trx, user.id);
        if (current?.state !== "live") throw problem("user-deleted", `User ${user.number} was deleted.`);
        const from = await findRole(trx, chat.id, user.id);
        const changed = await act(trx, { call, chat, role }, from);
        if (!changed) return;
        await insertMemberChanges(trx, [chat.id], { userId: user.id, role: changed.role });
        await begin([{ of: "role", chat: chat.number, user: user.number }]);
      }),
    );
    readService.announce(token);
  }

  async function requireAnotherOwner(trx: Knex.Transaction, chat: Chat): Promise<void> {
    if (!chat.isPrivate || (await countOwners(trx, chat.id)) > 1) return;
    throw problem(
      "last-owner",
      "A private chat keeps an owner: make somebody else one before, or delete the chat.",
    );
  }

  router.get(all, async (req, res) => {
    const page = parseNumberPage(req);
    const { chat } = await enter(req);
    const members = await listMembers(db, chat.id, { ...page, limit: page.limit + 1 });
    sendPage({ req, res, page }, members, { cursorOf: ({ number }) => number, present: presentMember });
  });

  router.get(one, async (req, res) => {
    const { call, chat } = await enter(req);
    const user = await callers.getUser(req, call);
    const role = await findRole(db, chat.id, user.id);
    const membership = { has_access: !chat.isPrivate || role !== undefined, role };
    res.json(membership satisfies z.input<typeof Membership>);
  });

  router.put(one, async (req, res) => {
    const given = parse(NewMember, req.body);
    const place = await enterForChange(req);
    const user = await callers.getUser(req, place.call);
    let role: Role = "member";
    await change(place, user, async (trx, now, from) => {
      role = given?.role ?? from ?? "member";
      requireMay(now, user, { from, to: role });
      if (from === "owner" && role !== "owner") await requireAnotherOwner(trx, now.chat);
      if (role === from) return undefined;
      await putMember(trx, { chatId: now.chat.id, userId: user.id, role });
      return { role };
    });
    const changed = { user_number: user.number, username: user.username, role };
    res.json(changed satisfies z.input<typeof ChangedMember>);
  });

  router.delete(one, async (req, res) => {
    const place = await enterForChange(req);
    const user = await callers.getUser(req, place.call);
    await change(place, user, async (trx, now, from) => {
      requireMay(now, user, { from });
      if (from === undefined) throw problem("member-not-found", "This user is not a member of this chat.");
      if (from === "owner") await requireAnotherOwner(trx, now.chat);
      await deleteMember(trx, now.chat.id, user.id);
      return { role: undefined };
    });
    res.status(204).end();
  });

  router.get("/api/applications/:token/users/:user/chats", async (req, res) => {
    const page = parseNumberPage(req);
    const { user } = await callers.getOwnUser(req);
    const chats = await listChatsOf(db, user.id, { ...page, limit: page.limit + 1 });
    sendPage({ req, res, page }, chats, { cursorOf: ({ number }) => number, present: presentOwnChat });
  });

  return router;
}
