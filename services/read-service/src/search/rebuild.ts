/**
 * Makes another index from MySQL while everything goes on, and then searches that one. It is begun, killed and begun
 * again without harm: `search_indexes` says how far it has come.
 *
 * No change is missed. From the moment the new index is noted as being made, nobody takes chats out of
 * `unindexed_chats`: whatever changes during the copy is still there, and is written to it before the switch. What comes
 * between that and the switch stays there, too, until it was written to the live index, which by then is the new one:
 * only what is in the live index is ever taken out.
 */
import { setTimeout as pause } from "node:timers/promises";
import type { Logger } from "@parley/common/log";
import type { Knex } from "knex";
import { withNamedLock } from "@parley/common/db";
import { listChatsFrom, measureLiveChats } from "../queries/live-chats.ts";
import { findNewestChange, sumStoredChecks } from "../queries/messages.ts";
import {
  deleteBuilding,
  findBuilding,
  insertBuilding,
  listIndexNames,
  makeLive,
  saveBuilding,
  type Building,
} from "../queries/search-indexes.ts";
import { deleteOlderRefusals } from "../queries/search-refusals.ts";
import { isUnindexed, listUnindexedFrom } from "../queries/unindexed-chats.ts";
import { createCatchUp } from "./catch-up.ts";
import type { OneIndex, SearchIndex } from "./connect.ts";
import type { IndexedChat } from "./documents.ts";
import { compareIndex } from "./verify-index.ts";

const chatsAtOnce = 200;
/** So few changes in a pass are as good as none: the tail scan has them. */
const fewStates = 500;
const mostPasses = 20;
const settlePauseMs = 500;
/** A person who was interrupted has had the time to begin it again. */
const abandonedMs = 600_000;

export type Progress = { step: "copying" | "catching up" | "verifying"; done: number; total: number };
export type Rebuilt = { name: string; states: number; chats: number };
type Dependencies = {
  db: Knex;
  search: Pick<SearchIndex, "indexes" | "at">;
  log: Logger;
  onProgress?: (progress: Progress) => void;
};

export function createRebuild({ db, search, log, onProgress = () => undefined }: Dependencies) {
  const { indexes } = search;
  let states = 0;
  const catchUp = createCatchUp({ db, log, onWritten: (written) => (states += written) });

  /** One that was begun goes on, if it is still of this version and was not lost. */
  async function begin(): Promise<Building> {
    const begun = await findBuilding(db);
    if (begun && indexes.isOwn(begun.name) && (await indexes.has(begun.name))) return begun;
    const building = await insertBuilding(db, await indexes.create(await listIndexNames(db)));
    await indexes.removeGivenUp(building.name);
    return building;
  }

  async function write(index: OneIndex, chats: readonly IndexedChat[]): Promise<void> {
    const watermarks = await index.findWatermarks(chats.map(({ id }) => id));
    await catchUp(
      index,
      chats.map((chat) => ({ chat, through: watermarks.get(chat.id) ?? 0 })),
    );
  }

  /** Page by page of all live chats. */
  async function eachPage(from: number, act: (chats: IndexedChat[]) => Promise<void>): Promise<void> {
    for (let after = from; ;) {
      const chats = await listChatsFrom(db, { after, limit: chatsAtOnce });
      const last = chats.at(-1);
      if (!last) return;
      await act(chats);
      after = last.id;
    }
  }

  async function copy(index: OneIndex, from: number): Promise<void> {
    const { changes: total } = await measureLiveChats(db);
    await eachPage(from, async (chats) => {
      await write(index, chats);
      await saveBuilding(db, index.name, chats.at(-1)?.id ?? 0);
      onProgress({ step: "copying", done: states, total: Math.max(total, states) });
    });
  }

  /** What changed during the copy, and then what changed during that, until it is next to nothing. */
  async function catchUpAll(index: OneIndex): Promise<void> {
    for (let pass = 1; pass <= mostPasses; pass += 1) {
      const before = states;
      await indexes.refresh(index.name);
      for (let after = 0; ;) {
        const chats = await listUnindexedFrom(db, { after, limit: chatsAtOnce });
        const last = chats.at(-1);
        if (!last) break;
        await write(index, chats);
        after = last.id;
      }
      onProgress({ step: "catching up", done: pass, total: mostPasses });
      if (states - before < fewStates) return;
    }
  }

  /** Looked at again it would be as wrong: the next one is made anew. */
  async function giveUp({ name }: OneIndex, reason: string): Promise<never> {
    await deleteBuilding(db, name);
    throw new Error(`the new index is not as MySQL, ${reason}`);
  }

  /** The change to which the new index has come in any case: what came after its beginning is in `unindexed_chats`. */
  async function readExpected(chatId: number): Promise<number> {
    const newest = await findNewestChange(db, chatId);
    return (await isUnindexed(db, chatId)) ? 0 : newest;
  }

  async function isLive(chatId: number): Promise<boolean> {
    const [chat] = await listChatsFrom(db, { after: chatId - 1, limit: 1 });
    return chat?.id === chatId;
  }

  /** By count and checksum; a chat where they differ, which may only have changed just now, state by state. */
  async function verifyAll(index: OneIndex): Promise<number> {
    await indexes.refresh(index.name);
    const { chats: total } = await measureLiveChats(db);
    let verified = 0;
    await eachPage(0, async (chats) => {
      const ids = chats.map(({ id }) => id);
      const [stored, indexed] = [await sumStoredChecks(db, ids), await index.sumChecks(ids)];
      for (const { id } of chats) {
        const [is, shouldBe] = [indexed.get(id), stored.get(id)];
        if (is?.count === shouldBe?.count && is?.sum === shouldBe?.sum) continue;
        const [wrong] = await compareIndex({ db, search: index }, id, await readExpected(id));
        // A chat that was deleted just now may be gone from MySQL only.
        if (wrong !== undefined && (await isLive(id))) await giveUp(index, `chat ${id}: ${wrong}`);
      }
      verified += chats.length;
      onProgress({ step: "verifying", done: verified, total: Math.max(total, verified) });
    });
    return verified;
  }

  async function rebuild(): Promise<Rebuilt> {
    const building = await begin();
    log.info({ index: building.name, after: building.afterChatId }, "making a search index from MySQL");
    const index = search.at(building.name);
    await indexes.refresh(index.name);
    await copy(index, building.afterChatId);
    await catchUpAll(index);
    const chats = await verifyAll(index);
    await indexes.switchTo(index.name);
    await makeLive(db, index.name);
    await deleteOlderRefusals(db, building.startedAt);
    log.info({ index: index.name, states, chats }, "the search index is ready");
    return { name: index.name, states, chats };
  }

  /** Undefined when another process is at it. */
  return (): Promise<Rebuilt | undefined> => withNamedLock(db, "parley-rebuild-search", 0, rebuild);
}

/** Waits until there is an index, whoever makes it. */
export async function ensureIndex(dependencies: Dependencies): Promise<string> {
  const { search } = dependencies;
  for (;;) {
    const current = await search.indexes.findCurrent();
    if (current !== undefined) return current;
    if (!(await createRebuild(dependencies)())) await pause(settlePauseMs);
  }
}

/** Sees to it that there is an index; and goes on with one that was begun and left, as `unindexed_chats` grows meanwhile. */
export async function keepIndex(dependencies: Dependencies): Promise<void> {
  await ensureIndex(dependencies);
  const building = await findBuilding(dependencies.db);
  if (building && Date.now() - building.startedAt.getTime() > abandonedMs) {
    await createRebuild(dependencies)();
  }
}
