/** Where a search looks: one chat, or all chats of an application; and what of it the index may not show yet. */
import type { NumberPage } from "@parley/common/paging";
import type { Knex } from "knex";
import { getApplication, getChat, type ChatAddress, type Stores } from "../find.ts";
import { listDeletedChatIds } from "../queries/chats.ts";
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

/** `chat` is missing when all of the application is searched. */
export type SearchAddress = { token: string; chat?: number };
/** What is in MySQL of it. `behind`: the only chats that the index may lack something of, but for more if it `isCut`. */
export type StoredPlace = Place & {
  chat?: SearchedChat;
  behind: readonly SearchedChat[];
  isCut?: boolean;
};

const isChat = (address: SearchAddress): address is ChatAddress => address.chat !== undefined;

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
  for await (const page of pages) yield await leaveOutStored(db, address.token, page);
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
  { applicationId, chat }: StoredPlace,
  request: SearchRequest,
): AsyncGenerator<Candidate[]> {
  if (!chat) return storedPagesOfApplication(db, applicationId);
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
    return { applicationId: chat.applicationId, chatId: chat.id, chat, behind: [chat] };
  }
  const application = await getApplication(stores, address.token);
  if (!("id" in application)) return undefined;
  const applicationId = Number(application.id);
  const [behind, deletedChatIds] = await Promise.all([
    listUnindexed(stores.db, applicationId, behindAtMost),
    listDeletedChatIds(stores.db, applicationId),
  ]);
  return { applicationId, behind, isCut: behind.length === behindAtMost, deletedChatIds };
}
