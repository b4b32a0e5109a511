/** Opens a parent's counter in the ledger from MySQL, which is exact when an epoch begins. No other way fills a counter. */
import { commonChat } from "@parley/common/chat-number";
import { chatKey, coldProblem, type Fence, type Ledger } from "@parley/common/ledger";
import { problem } from "@parley/common/problem";
import { v4 as uuid } from "uuid";
import type { Knex } from "knex";
import { inTransaction } from "@parley/common/db";
import { lockApplication } from "./queries/applications.ts";
import {
  findChatPath,
  insertChats,
  insertCommonChat,
  lockChat,
  raiseLastChanges,
  type ChatPath,
} from "./queries/chats.ts";
import { holdEpoch } from "./queries/epochs.ts";
import { insertMessages } from "./queries/messages.ts";
import { listHoles, measureNumbers } from "./queries/numbers.ts";

type Dependencies = { db: Knex; ledger: Pick<Ledger, "open" | "isOpen"> };
export type Parent = { token: string; chat?: number | undefined };
type Opened = readonly [field: string, last: number | "deleted"];

/**
 * Numbers that were given and lost together with Redis become void rows, so that the sequence has no silent hole. Under
 * the locks of epoch and parent, and only while the counter is closed: then nothing of this parent is under way.
 */
async function openApplication(
  trx: Knex.Transaction,
  token: string,
  isOpen: () => Promise<boolean>,
): Promise<Opened | undefined> {
  const application = await lockApplication(trx, token);
  if (!application || application.state === "parked") {
    throw problem("application-not-found", "No application has this token.");
  }
  if (application.state !== "live") return [token, "deleted"];
  if (await isOpen()) return undefined;
  const scope = { table: "chats", parent: { application_id: application.id, kind: "chat" } } as const;
  const { highest, count } = await measureNumbers(trx, scope);
  if (highest !== count) {
    const holes = await listHoles(trx, scope);
    const at = Date.now();
    const rows = holes.map((number) => ({
      applicationId: application.id,
      number,
      uid: uuid(),
      createdAt: at,
    }));
    await insertChats(trx, rows, "void");
  }
  return [token, highest];
}

async function openChat(
  trx: Knex.Transaction,
  id: number,
  field: string,
  isOpen: () => Promise<boolean>,
): Promise<Opened | undefined> {
  const chat = await lockChat(trx, id);
  // Not closed for ever: it may yet be replayed.
  if (chat?.state === "parked") {
    throw problem("chat-not-found", `This application has no chat ${chat.number}.`);
  }
  if (chat?.state !== "live") return [field, "deleted"];
  if (await isOpen()) return undefined;
  const scope = { table: "messages", parent: { chat_id: id } } as const;
  const { highest, count } = await measureNumbers(trx, scope);
  if (highest !== count) {
    const holes = await listHoles(trx, scope);
    const at = Date.now();
    const rows = holes.map((number, i) => ({
      chatId: id,
      number,
      changeNumber: chat.lastChange + i + 1,
      uid: uuid(),
      content: "",
      createdAt: at,
    }));
    await insertMessages(trx, rows, "void");
    await raiseLastChanges(trx, new Map([[id, rows.length]]));
  }
  return [field, highest];
}

/** The common chat is made when it is first needed. */
async function findPath(db: Knex, token: string, chat: number): Promise<ChatPath | undefined> {
  const path = await findChatPath(db, token, chat);
  if (chat !== commonChat || !path || path.chat || path.applicationState !== "live") return path;
  await insertCommonChat(db, path.applicationId);
  return findChatPath(db, token, chat);
}

/**
 * Opens an application, or a chat with its application.
 * @throws Problem application-not-found, chat-not-found; unavailable, of which isCold tells that the epoch is over
 */
export async function openParent(
  { db, ledger }: Dependencies,
  fence: Fence,
  { token, chat }: Parent,
): Promise<void> {
  const path = chat === undefined ? undefined : await findPath(db, token, chat);
  const opened = await inTransaction(db, async (trx) => {
    if (!(await holdEpoch(trx, fence, "open"))) throw coldProblem(fence);
    const application = await openApplication(trx, token, () => ledger.isOpen(fence, token));
    if (chat === undefined || application?.[1] === "deleted") return [application];
    if (!path?.chat) throw problem("chat-not-found", `This application has no chat ${chat}.`);
    const field = chatKey(token, chat);
    return [application, await openChat(trx, path.chat.id, field, () => ledger.isOpen(fence, field))];
  });
  const counters = opened.filter((one) => one !== undefined);
  if (counters.length > 0) await ledger.open(fence, counters);
}
