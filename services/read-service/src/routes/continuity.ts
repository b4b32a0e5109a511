/** GET …/chats/:n/continuity. */
import type { Continuity as ContinuityReply } from "@parley/common/change-replies";
import type { z } from "zod";
import type { Callers } from "@parley/common/callers";
import { publicChatNumber } from "@parley/common/chat-number";
import { createRouter } from "@parley/common/http";
import { chatKey } from "@parley/common/ledger";
import type { Logger } from "@parley/common/log";
import type { Router } from "express";
import { continuityOf, nothingStored, readStored, type Continuity } from "../continuity.ts";
import { getChat, type ChatAddress, type Stores } from "../find.ts";
import { findChatPath } from "../queries/chats.ts";
import { findFirstBeyond } from "../queries/messages.ts";
import type { SearchIndex } from "../search/connect.ts";
import { createTurns } from "@parley/common/turns";

type Dependencies = {
  stores: Stores;
  callers: Callers;
  search: Pick<SearchIndex, "findWatermarks"> | undefined;
  log: Logger;
};

function presentContinuity(
  chat: number,
  continuity: Continuity,
  indexedThrough: number | undefined,
): z.input<typeof ContinuityReply> {
  const { head, storedThrough, pending, void: voids, parked, missing } = continuity;
  return {
    chat_number: publicChatNumber(chat),
    head_number: head,
    stored_through: storedThrough,
    indexed_through: indexedThrough,
    pending: pending.numbers,
    void: voids.numbers,
    parked: parked.numbers,
    missing: missing.numbers,
    totals: {
      pending: pending.total,
      void: voids.total,
      parked: parked.total,
      missing: missing.total,
    },
  };
}

export function continuityRoutes({ stores, callers, search, log }: Dependencies): Router {
  const { db, pending } = stores;
  const router = createRouter();
  // Each reads all of a chat's rows.
  const inTurn = createTurns({ atOnce: 4, waiting: 32, refusal: "Too many chats are being looked through." });

  /** The id of the chat's row, if it has one yet. Unlike getChat it cannot do without MySQL. */
  async function findChatId(address: ChatAddress): Promise<number | undefined> {
    const chat = await getChat(stores, address);
    if ("id" in chat) return chat.id;
    return (await findChatPath(db, address.token, address.chat))?.chat?.id;
  }

  /** All up to this number can be found by search in their present state. Undefined when the index does not say. */
  async function findIndexedThrough(chatId: number, storedThrough: number): Promise<number | undefined> {
    if (!search) return undefined;
    let watermark: number | undefined;
    try {
      watermark = (await search.findWatermarks([chatId])).get(chatId);
    } catch (err) {
      log.warn({ err }, "search index did not answer, continuity is told without it");
    }
    if (watermark === undefined) return undefined;
    const notIndexed = await findFirstBeyond(db, chatId, watermark);
    return Math.min(storedThrough, (notIndexed ?? Infinity) - 1);
  }

  router.get("/api/applications/:token/chats/:chat/continuity", async (req, res) => {
    const address = await callers.enter(req);
    const { token, chat } = address;
    await inTurn(async () => {
      // The ledger before MySQL: what is stored in between is in one of them.
      const state = await pending.readParent("messages", token, chatKey(token, chat));
      const id = await findChatId(address);
      const stored = id === undefined ? nothingStored : await readStored(db, { kind: "messages", id }, state);
      const continuity = continuityOf(state, stored);
      const indexed = id === undefined ? undefined : await findIndexedThrough(id, continuity.storedThrough);
      res.json(presentContinuity(chat, continuity, indexed));
    });
  });

  return router;
}
