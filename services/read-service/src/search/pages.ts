/** Messages page by page, for a search that has to look through them: pages bound what is held in memory. */
import type { Caller } from "@parley/common/callers";
import type { Knex } from "knex";
import type { ChatAddress } from "../find.ts";
import { rangeOf, type NumberPage } from "@parley/common/paging";
import type { Pending } from "../pending.ts";
import { listLiveChatIds } from "../queries/live-chats.ts";
import { listMessagesOfChats } from "../queries/found-messages.ts";
import { listMessages, messageOf } from "../queries/messages.ts";
import type { Candidate } from "./request.ts";

const rowsAtOnce = 250;
const chatsAtOnce = 100;

/** In order of number. */
async function* pagesOf(
  list: (page: NumberPage) => Promise<Candidate[]>,
  page: Omit<NumberPage, "limit">,
): AsyncGenerator<Candidate[]> {
  for (let next = { ...page, limit: rowsAtOnce }; ;) {
    const part = await list(next);
    yield part;
    const last = part.at(-1)?.number;
    if (last === undefined || part.length < rowsAtOnce) return;
    next = page.order === "asc" ? { ...next, after: last } : { ...next, before: last };
  }
}

/** What the ledger has of a chat. */
export function pendingPagesOfChat(
  pending: Pending,
  { token, chat }: ChatAddress,
  page: Omit<NumberPage, "limit">,
): AsyncGenerator<Candidate[]> {
  const list = async (part: NumberPage): Promise<Candidate[]> => {
    const records = await pending.listMessages(token, chat, rangeOf(part));
    return records.map((record) => ({ ...messageOf(record), chatNumber: chat }));
  };
  return pagesOf(list, page);
}

/** What the ledger has of an application. */
export async function* pendingPagesOfApplication(
  pending: Pending,
  token: string,
): AsyncGenerator<Candidate[]> {
  // Redis may give a field of a hash that grows more than once.
  const seen = new Set<string>();
  for await (const records of pending.scanMessages(token)) {
    const fresh = records.filter(({ uid }) => !seen.has(uid) && seen.add(uid));
    yield fresh.map((record) => ({ ...messageOf(record), chatNumber: record.chat }));
  }
}

export function storedPagesOfChat(
  db: Knex,
  { id, number }: { id: number; number: number },
  page: Omit<NumberPage, "limit">,
): AsyncGenerator<Candidate[]> {
  const list = async (part: NumberPage): Promise<Candidate[]> =>
    (await listMessages(db, id, part)).map((message) => ({ ...message, chatId: id, chatNumber: number }));
  return pagesOf(list, page);
}

/** Chat by chat, of those that the caller may read. */
export async function* storedPagesOfApplication(
  db: Knex,
  place: { applicationId: number; caller: Caller },
): AsyncGenerator<Candidate[]> {
  for (let lastChat = 0; ;) {
    const chatIds = await listLiveChatIds(db, place, { after: lastChat, limit: chatsAtOnce });
    if (chatIds.length === 0) return;
    for (let after = { chatId: 0, number: 0 }; ;) {
      const part = await listMessagesOfChats(db, chatIds, { after, limit: rowsAtOnce });
      yield part;
      const last = part.at(-1);
      if (!last || part.length < rowsAtOnce) break;
      after = { chatId: last.chatId, number: last.number };
    }
    lastChat = chatIds.at(-1) ?? lastChat;
  }
}
