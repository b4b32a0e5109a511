/** Where a search looks: one chat, or all chats of an application; and what of it the index may not show yet. */
import type { NumberPage } from "@parley/common/paging";
import type { Knex } from "knex";
import type { Caller } from "@parley/common/callers";
import { getApplication, getChat, type ChatAddress, type Stores } from "../find.ts";
import { listDeletedChatIds } from "../queries/live-chats.ts";
import { listPrivateChatIds } from "../queries/members.ts";
import { findStoredNumbers } from "../queries/found-messages.ts";
import { listUnindexed } from "../queries/unindexed-chats.ts";
import type { Place } from "./query.ts";
import {
  pendingPagesOfApplication,
  pendingPagesOfChat,
  storedPagesOfApplication,
  storedPagesOfChat,
} from "./pages.ts";
import { keyOf, type Candidate, type SearchRequest } from "./request.ts";
import type { SearchedChat } from "./tail.ts";

/** Chats that are behind in the index, of one application: beyond these a search is partial. */
const behindAtMost = 2000;
/** Private chats that the caller is in: below what Elasticsearch takes in one list. */
const privateAtMost = 50_000;

/**
 * `chat` is missing when all of the application is searched that the caller may read; `mayRead` says whether that is so
 * of a chat.
 */
export type SearchAddress = {
  token: string;
  chat?: number;
  caller: Caller;
  mayRead: (chat: number) => Promise<boolean>;
};
/** What is in MySQL of it. `behind`: the only chats that the index may lack something of, but for more if it `isCut`. */
export type StoredPlace = Place & {
  chat?: SearchedChat;
  behind: readonly SearchedChat[];
  isCut?: boolean;
};

const isChat = (address: SearchAddress): address is SearchAddress & ChatAddress => address.chat !== undefined;

/** The part of a chat's numbers that has to be looked at, in the order of the search where that is the number's. */
function rangeOf({ filters, sort, cursor, isCounted }: SearchRequest): Omit<NumberPage, "limit"> {
  const { after, before } = filters;
  const [last] = sort === "relevance" || isCounted ? [] : (cursor ?? []);
  if (sort === "oldest") return { order: "asc", after: Math.max(after, last ?? 0), before };
  return { order: "desc", after, before: Math.min(before, last ?? Infinity) };
}

/** What the ledger has and MySQL has not. Asked of MySQL after the ledger, so that nothing is in neither. */
export async function* pendingPages(
  { db, pending }: Stores,
  address: SearchAddress,
  request: SearchRequest,
): AsyncGenerator<Candidate[]> {
  const pages = isChat(address)
    ? pendingPagesOfChat(pending, address, rangeOf(request))
    : pendingPagesOfApplication(pending, address.token);
  for await (const page of pages) {
    const waiting = await leaveOutStored(db, address.token, page);
    yield isChat(address) ? waiting : await leaveOutPrivate(address, waiting);
  }
}

async function leaveOutPrivate({ mayRead }: SearchAddress, page: Candidate[]): Promise<Candidate[]> {
  const chats = [...new Set(page.map(({ chatNumber }) => chatNumber))];
  const readable = new Set<number>();
  for (const chat of chats) if (await mayRead(chat)) readable.add(chat);
  return page.filter(({ chatNumber }) => readable.has(chatNumber));
}

async function leaveOutStored(db: Knex, token: string, page: Candidate[]): Promise<Candidate[]> {
  if (page.length === 0) return page;
  const { stored, goneChats } = await findStoredNumbers(
    db,
    token,
    page.map(({ chatNumber, number }) => ({ chat: chatNumber, number })),
  );
  return page.filter((one) => !stored.has(keyOf(one)) && !goneChats.has(one.chatNumber));
}

export function storedPages(
  db: Knex,
  { applicationId, chat, caller }: StoredPlace,
  request: SearchRequest,
): AsyncGenerator<Candidate[]> {
  if (!chat) return storedPagesOfApplication(db, { applicationId, caller });
  return storedPagesOfChat(db, chat, rangeOf(request));
}

/**
 * To be read before the index is asked. Undefined when nothing of it is in MySQL.
 * @throws Problem application-…, chat-…, unavailable
 */
export async function findStoredPlace(
  stores: Stores,
  address: SearchAddress,
): Promise<StoredPlace | undefined> {
  if (isChat(address)) {
    const chat = await getChat(stores, address);
    if (!("id" in chat)) return undefined;
    const { applicationId, id: chatId } = chat;
    return { applicationId, chatId, chat, caller: address.caller, behind: [chat] };
  }
  const application = await getApplication(stores, address.token);
  if (!("id" in application)) return undefined;
  const applicationId = Number(application.id);
  const { caller } = address;
  const user = caller.kind === "user" ? caller.user.number : undefined;
  const [behind, deletedChatIds, privateChatIds] = await Promise.all([
    listUnindexed(stores.db, { applicationId, caller }, behindAtMost),
    listDeletedChatIds(stores.db, applicationId),
    user === undefined ? [] : listPrivateChatIds(stores.db, { applicationId, user, limit: privateAtMost }),
  ]);
  const isCut = behind.length === behindAtMost || privateChatIds.length === privateAtMost;
  return { applicationId, caller, behind, isCut, deletedChatIds, privateChatIds };
}
