/** What the operator looks at and mends: live figures, and records that could not be stored. */
import type { createOperatorGuard } from "@parley/common/auth";
import { kindOfChat, publicChatNumber } from "@parley/common/chat-number";
import type { Epochs } from "@parley/common/epochs";
import { createRouter } from "@parley/common/http";
import type { Ledger } from "@parley/common/ledger";
import type { Logger } from "@parley/common/log";
import { pageShape, parsePage, sendPage } from "@parley/common/paging";
import { problem } from "@parley/common/problem";
import type { ParleyRecord } from "@parley/common/records";
import { isToken } from "@parley/common/text";
import type { Router } from "express";
import { z } from "zod";
import { createFenced } from "../fenced.ts";
import type { Stores } from "../find.ts";
import type { Look, LookAtFigures } from "../look-at-figures.ts";
import type { Figures, ParkedRecord, Replayed } from "../operator-replies.ts";
import { findParked, listParked, type Parked } from "../queries/parked.ts";
import { replayParked } from "../replay-parked.ts";

const uuid = z.string("may be given once").refine(isToken, "must be a uid");
export const PageQuery = z.strictObject({
  limit: pageShape.limit,
  after: uuid.optional(),
});

type Dependencies = {
  stores: Pick<Stores, "db">;
  ledger: Pick<Ledger, "settle" | "findApplicationUnfenced" | "findChatUnfenced">;
  epochs: Epochs;
  operator: Pick<ReturnType<typeof createOperatorGuard>, "list">;
  lookAtFigures: LookAtFigures;
  log: Logger;
};

function presentFigures(look: Look): z.input<typeof Figures> {
  const { at, search, deadLetters, waitingCounts, outbox, ...told } = look;
  return {
    at: at.toISOString(),
    ...told,
    dead_letters: deadLetters,
    outbox: outbox.map(({ shard, epoch, state, note, changed_at, records, bytes, unconfirmed }) => {
      const since = changed_at?.toISOString();
      return { shard, epoch, state, note, changed_at: since, records, bytes, unconfirmed };
    }),
    search: search && { chats_behind: search.chatsBehind, seconds_behind: search.secondsBehind },
    counts: waitingCounts === undefined ? undefined : { waiting: waitingCounts },
  };
}

/** A conversation has no number that anybody knows. */
function placeOf(record: ParleyRecord): { chat_number?: number | "common"; number?: number } {
  switch (record.kind) {
    case "application":
      return {};
    case "chat":
      return { number: record.number };
    case "message": {
      const { chat, number } = record;
      return kindOfChat(chat) === "direct" ? { number } : { chat_number: publicChatNumber(chat), number };
    }
  }
}

function presentParked({ uid, record, reason, parkedAt }: Parked): z.input<typeof ParkedRecord> {
  return {
    uid,
    kind: record.kind,
    application_token: record.token,
    ...placeOf(record),
    reason,
    parked_at: parkedAt.toISOString(),
  };
}

export function operatorRoutes(dependencies: Dependencies): Router {
  const { stores, ledger, epochs, operator, lookAtFigures, log } = dependencies;
  const { db } = stores;
  const router = createRouter();
  const fenced = createFenced(epochs);

  router.get("/api/operator/figures", async (req, res) => {
    operator.list(req);
    res.json(presentFigures(await lookAtFigures()));
  });

  router.get("/api/operator/parked", async (req, res) => {
    operator.list(req);
    const { limit, after = "" } = parsePage(PageQuery, req);
    const found = await listParked(db, { after, limit: limit + 1 });
    sendPage({ req, res, page: { order: "asc", limit } }, found, {
      cursorOf: ({ uid }) => uid,
      present: presentParked,
    });
  });

  router.post("/api/operator/parked/:uid/replay", async (req, res) => {
    operator.list(req);
    const uid = String(req.params.uid);
    const parked = isToken(uid) ? await findParked(db, uid) : undefined;
    if (!parked) throw problem("not-found", "Nothing is parked under this uid.");
    const { record } = parked;
    const { reason } = await fenced(epochs.fenceFor(record.token), (fence) =>
      replayParked({ db, ledger, log }, fence, record),
    );
    log.info({ uid, kind: record.kind, stored: reason === undefined }, "parked record replayed");
    const replayed: z.input<typeof Replayed> = { uid, stored: reason === undefined, reason };
    res.json(replayed);
  });

  return router;
}
