/**
 * What the other services ask: the epochs, to open a parent or a conversation, what keys were used for, whether somebody
 * may, and to wait until something is stored. nginx never routes these.
 */
import { Fact } from "@parley/common/fact";
import type { Epochs } from "@parley/common/epochs";
import type { LoadFact } from "@parley/common/read-fact";
import { createRouter } from "@parley/common/http";
import type { Ledger } from "@parley/common/ledger";
import { parse, type ProblemSlug } from "@parley/common/problem";
import type { Router } from "express";
import { z } from "zod";
import type { Announce } from "../announce.ts";
import { openConversation } from "../conversations.ts";
import { createFenced } from "../fenced.ts";
import { openParent } from "../open-parent.ts";
import { getStoredApplication, getStoredChat, type Stores } from "../find.ts";
import { listChanges, type Changes } from "../list-changes.ts";
import { listAnnouncements } from "../queries/change-outbox.ts";
import { listMemberNumbers } from "../queries/changes.ts";
import { findChatPath, type ChatState } from "../queries/chats.ts";
import { listEpochs } from "../queries/epochs.ts";
import { listKeys } from "../queries/idempotency-keys.ts";

const Parent = z.object({ token: z.uuid(), chat: z.int().optional() });

const Member = z.object({ token: z.uuid(), chat: z.int() });
const Announced = z.object({ token: z.uuid() });
const Stored = z.object({ token: z.uuid(), chat: z.int().optional() });
const Conversation = z.object({ token: z.uuid(), from: z.int(), to: z.int() });
const AskedFact = z.object({ token: z.uuid(), fact: Fact });

const ChangesOf = z.object({
  chats: z
    .array(
      z.object({
        token: z.uuid(),
        chat: z.int(),
        after: z.int(),
        limit: z.int().min(0).max(1000),
        beyond: z.int().optional(),
      }),
    )
    .max(100),
});
type ChangesAsked = z.infer<typeof ChangesOf>["chats"][number];
type ChangesTold = Changes & { last: number; gone?: ProblemSlug };
const goneFor: Record<ChatState, ProblemSlug | undefined> = {
  live: undefined,
  deleted: "chat-deleted",
  purged: "chat-deleted",
  void: "number-void",
  parked: "number-void",
};
const announcedAtOnce = 1000;
/** Of a chat's changes at once: those of many chats are told together, and wait in memory for who reads slowly. */
const longestContents = 256 * 1024;

const Keys = z.object({ keys: z.array(z.object({ parent: z.string(), key: z.string() })).max(500) });

type Dependencies = {
  stores: Stores;
  ledger: Pick<Ledger, "open" | "isOpen">;
  epochs: Epochs;
  loadFact: LoadFact;
  announce: Announce;
};

export function internalRoutes({ stores, ledger, epochs, loadFact, announce }: Dependencies): Router {
  const router = createRouter();
  const fenced = createFenced(epochs);

  router.get("/internal/epochs", async (_req, res) => {
    res.json(await listEpochs(stores.db));
  });

  router.post("/internal/open", async (req, res) => {
    const parent = parse(Parent, req.body);
    await fenced(epochs.fenceFor(parent.token), (fence) =>
      openParent({ db: stores.db, ledger }, fence, parent),
    );
    res.json({});
  });

  router.post("/internal/conversations", async (req, res) => {
    const { token, ...pair } = parse(Conversation, req.body);
    res.json({ chat: await openConversation(stores.db, token, pair) });
  });

  router.post("/internal/stored", async (req, res) => {
    const { token, chat } = parse(Stored, req.body);
    if (chat === undefined) await getStoredApplication(stores, token);
    else await getStoredChat(stores, { token, chat });
    res.json({});
  });

  router.post("/internal/facts", async (req, res) => {
    const { token, fact } = parse(AskedFact, req.body);
    res.json({ value: await loadFact(token, fact) });
  });

  /** Nothing of a chat that is not stored; `gone`: why nothing will ever come of it again. */
  async function changesOf({ token, chat, ...range }: ChangesAsked): Promise<ChangesTold> {
    const path = await findChatPath(stores.db, token, chat);
    if (!path?.chat) return { last: 0, through: 0, changes: [] };
    const { lastChange: last, state } = path.chat;
    const gone = path.applicationState === "live" ? goneFor[state] : "application-deleted";
    const told = { last, ...(gone && { gone }) };
    if (range.limit === 0) return { ...told, through: Math.min(last, range.after), changes: [] };
    return { ...told, ...(await listChanges(stores.db, path.chat, { ...range, length: longestContents })) };
  }

  router.post("/internal/changes", async (req, res) => {
    const { chats } = parse(ChangesOf, req.body);
    res.json(await Promise.all(chats.map(changesOf)));
  });

  router.post("/internal/members", async (req, res) => {
    const { token, chat } = parse(Member, req.body);
    const path = await findChatPath(stores.db, token, chat);
    res.json({ members: path?.chat ? await listMemberNumbers(stores.db, path.chat.id) : [] });
  });

  router.post("/internal/announce", async (req, res) => {
    const { token } = parse(Announced, req.body);
    const untold = await listAnnouncements(stores.db, { token, limit: announcedAtOnce });
    await Promise.all(untold.map((announcement) => announce(announcement)));
    res.json({});
  });

  router.post("/internal/keys", async (req, res) => {
    const { keys } = parse(Keys, req.body);
    const found = await listKeys(stores.db, keys);
    res.json(found.map(({ parent, key, fingerprint, number }) => ({ parent, key, fingerprint, number })));
  });

  return router;
}
