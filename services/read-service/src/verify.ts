/** Looks through everything: no number missing, doubled or miscounted, and the search index as MySQL. */
import { setTimeout as pause } from "node:timers/promises";
import type { Fence } from "@parley/common/ledger";
import { shardOf } from "@parley/common/records";
import type { Knex } from "knex";
import { countParents, listCountedApplications, listCountedChats, type Counted } from "./queries/counts.ts";
import { summarizeConflicts } from "./queries/doubles.ts";
import { listEpochs } from "./queries/epochs.ts";
import { findNewestChange } from "./queries/messages.ts";
import { countParked } from "./queries/parked.ts";
import { lookAt, type Fault, type Look, type Suspect, type Verified } from "./verify-parent.ts";

export type { Fault };
export type Report = {
  applications: number;
  chats: number;
  chatNumbers: number;
  messageNumbers: number;
  pending: number;
  void: number;
  parked: number;
  faults: Fault[];
};
type Dependencies = Verified & {
  onProgress?: (done: number, total: number, faults: number) => void;
  /** Before each further look at what seems wrong; the index may take its time. */
  pausesMs?: readonly number[];
};
const parentsAtOnce = 200;
const looksAtOnce = 4;

/**
 * All shards' fences.
 * @throws Error while one is closed: then nobody can say what is missing
 */
async function listFences(db: Knex): Promise<Fence[]> {
  const epochs = await listEpochs(db);
  const closed = epochs.find(({ state }) => state !== "open");
  if (epochs.length === 0) throw new Error("Nothing has been numbered here yet.");
  if (closed) throw new Error(`Shard ${closed.shard} is being recovered: verify again when it is open.`);
  return epochs;
}

async function inParts<T, R>(all: readonly T[], act: (one: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (let i = 0; i < all.length; i += looksAtOnce) {
    results.push(...(await Promise.all(all.slice(i, i + looksAtOnce).map(act))));
  }
  return results;
}

/** Looks at a page of parents; at what seems wrong again after a moment, since it may only have been on its way. */
async function lookThrough(
  dependencies: Dependencies,
  fences: readonly Fence[],
  page: readonly Counted[],
): Promise<Look[]> {
  const { db, search, pausesMs = [500, 2000] } = dependencies;
  const fenceFor = ({ token }: Counted): Fence => {
    const shard = shardOf(token, fences.length);
    return fences[shard] ?? { shard, epoch: 0 };
  };
  const look = async (suspect: Suspect, lock: boolean) => ({
    suspect,
    look: await lookAt(dependencies, fenceFor(suspect.parent), suspect, { lock }),
  });

  const first = await inParts(page, async (parent) => {
    const newestChange = search && parent.kind === "messages" ? await findNewestChange(db, parent.id) : 0;
    return look({ parent, newestChange }, false);
  });
  const looks = new Map(first.map((one) => [one.suspect.parent, one]));
  for (const ms of pausesMs) {
    const suspects = [...looks.values()].filter((one) => one.look.faults.length > 0);
    if (suspects.length === 0) break;
    await pause(ms);
    for (const again of await inParts(suspects, ({ suspect }) => look(suspect, true))) {
      looks.set(again.suspect.parent, again);
    }
  }
  return [...looks.values()].map((one) => one.look);
}

/** @throws Error, Problem unavailable while something needed is away or a shard is closed */
export async function verify(dependencies: Dependencies): Promise<Report> {
  const { db, onProgress } = dependencies;
  const fences = await listFences(db);
  const total = await countParents(db);
  const report: Report = {
    ...total,
    chatNumbers: 0,
    messageNumbers: 0,
    pending: 0,
    void: 0,
    parked: await countParked(db),
    faults: [],
  };
  const conflicts = await summarizeConflicts(db);
  for (const { uid, storedUid } of conflicts.newest) {
    report.faults.push({ kind: "doubled", detail: `one number for two records: ${storedUid} and ${uid}` });
  }
  let done = 0;
  for (const list of [listCountedApplications, listCountedChats]) {
    for (let after = 0; ;) {
      const page = await list(db, { after, limit: parentsAtOnce });
      const last = page.at(-1);
      if (last === undefined) break;
      for (const { continuity, faults } of await lookThrough(dependencies, fences, page)) {
        report[last.kind === "chats" ? "chatNumbers" : "messageNumbers"] += continuity.head;
        report.pending += continuity.pending.total;
        report.void += continuity.void.total;
        report.faults.push(...faults);
      }
      done += page.length;
      onProgress?.(done, Math.max(done, total.applications + total.chats), report.faults.length);
      after = last.id;
    }
  }
  return report;
}
