/**
 * The parents that were written to last. They are opened as soon as the next epoch of their shard begins, so that sends
 * to them go on at once, also when MySQL goes away next.
 */
import { chatKey, type Fence } from "@parley/common/ledger";
import type { Epochs } from "@parley/common/epochs";
import type { Logger } from "@parley/common/log";
import { Problem } from "@parley/common/problem";
import type { ParleyRecord } from "@parley/common/records";
import type { Parent } from "./open-parent.ts";

const rememberedPerShard = 500;
/** Requests want MySQL at the same time. */
const openedAtOnce = 4;
const watchMs = 100;

type Dependencies = {
  open: (fence: Fence, parent: Parent) => Promise<void>;
  epochs: Pick<Epochs, "openFences">;
  log: Logger;
};

/** A chat is opened together with its application. */
function parentOf(record: ParleyRecord): Parent {
  switch (record.kind) {
    case "application":
      return { token: record.token };
    case "chat":
      return { token: record.token, chat: record.number };
    case "message":
      return { token: record.token, chat: record.chat };
  }
}

const keyOf = ({ token, chat }: Parent): string => (chat === undefined ? token : chatKey(token, chat));

export function startRecentParents({ open, epochs, log }: Dependencies) {
  /** Per shard, in order of their last record. */
  const recent = new Map<number, Map<string, Parent>>();
  const opened = new Map<number, number>();
  const underWay = new Set<Promise<void>>();
  let stopped = false;

  function remember(shard: number, records: readonly ParleyRecord[]): void {
    const parents = recent.get(shard) ?? new Map<string, Parent>();
    recent.set(shard, parents);
    for (const record of records) {
      const parent = parentOf(record);
      const key = keyOf(parent);
      parents.delete(key);
      parents.set(key, parent);
      const [oldest] = parents.keys();
      if (parents.size > rememberedPerShard && oldest !== undefined) parents.delete(oldest);
    }
  }

  const isOver = ({ shard, epoch }: Fence): boolean =>
    stopped || !epochs.openFences().some((fence) => fence.shard === shard && fence.epoch === epoch);

  /** As far as it goes: whoever sends opens what is left. */
  async function openAll(fence: Fence): Promise<void> {
    const parents = [...(recent.get(fence.shard)?.values() ?? [])];
    const count = parents.length;
    async function openSome(): Promise<void> {
      while (!isOver(fence)) {
        const parent = parents.pop();
        if (!parent) return;
        await open(fence, parent).catch((err: unknown) => {
          // One that is gone leaves the others.
          if (!(err instanceof Problem && err.status === 404)) throw err;
        });
      }
    }
    const ends = await Promise.allSettled(Array.from({ length: openedAtOnce }, openSome));
    const failed = ends.find((end) => end.status === "rejected");
    const { shard } = fence;
    if (failed) log.debug({ err: failed.reason as unknown, shard }, "recent parents not all opened");
    else if (count > 0) log.info({ shard, count }, "recent parents opened");
  }

  const timer = setInterval(() => {
    for (const fence of epochs.openFences()) {
      const before = opened.get(fence.shard);
      if (before === fence.epoch) continue;
      opened.set(fence.shard, fence.epoch);
      // Whatever epoch this process meets first is not new.
      if (before === undefined) continue;
      const running = openAll(fence).finally(() => underWay.delete(running));
      underWay.add(running);
    }
  }, watchMs);

  return {
    remember,
    async stop(): Promise<void> {
      stopped = true;
      clearInterval(timer);
      await Promise.all(underWay);
    },
  };
}
