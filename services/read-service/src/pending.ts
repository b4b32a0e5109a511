/** Records that are accepted and perhaps not in MySQL yet, read from the ledger. */
import type { Epochs } from "@parley/common/epochs";
import { chatKey, type Fence, type Ledger, type Range, type Settled } from "@parley/common/ledger";
import type { CountedKind, ParentState } from "@parley/common/parent-state";
import type { ParleyRecord } from "@parley/common/records";
import { createFenced } from "./fenced.ts";
import { readLedgerState } from "./continuity.ts";

type Dependencies = {
  ledger: Pick<Ledger, "listPending" | "findRecord" | "settle" | "readParent" | "scanOutbox" | "isOpen">;
  epochs: Epochs;
};
export type Pending = ReturnType<typeof createPending>;
type RecordOf<Kind extends ParleyRecord["kind"]> = Extract<ParleyRecord, { kind: Kind }>;

export function createPending({ ledger, epochs }: Dependencies) {
  const fenced = createFenced(epochs);

  function list<Kind extends ParleyRecord["kind"]>(kind: Kind, fence: Fence, parent: string, range: Range) {
    return fenced(fence, async () => {
      const records = await ledger.listPending(fence, parent, range);
      return records.filter((record): record is RecordOf<Kind> => record.kind === kind);
    });
  }

  /** All of these throw Problem unavailable while the shard is closed: then nobody can say what is missing. */
  return {
    findApplication: (token: string): Promise<RecordOf<"application"> | undefined> =>
      fenced(epochs.fenceFor(token), async (fence) => {
        const record = await ledger.findRecord(fence, token);
        return record?.kind === "application" ? record : undefined;
      }),

    /** Applications wait in every shard, in order of the time of their creation. */
    async listApplications(range: Range): Promise<RecordOf<"application">[]> {
      const lists = epochs.fences().map((fence) => list("application", fence, "applications", range));
      return (await Promise.all(lists)).flat();
    },

    /**
     * Settles a record before its row is changed, so that nobody is shown its first state beside its present one. While
     * the shard is closed nobody is shown pending records, and the recovery settles what is stored.
     */
    async settle(token: string, entry: Settled): Promise<void> {
      if (epochs.isClosed(token)) return;
      await fenced(epochs.fenceFor(token), (fence) => ledger.settle(fence, [entry])).catch((err: unknown) => {
        if (!epochs.isClosed(token)) throw err;
      });
    },

    readParent: (kind: CountedKind, token: string, key: string): Promise<ParentState> =>
      fenced(epochs.fenceFor(token), (fence) => readLedgerState(ledger, fence, { kind, key })),

    listChats: (token: string, range: Range) => list("chat", epochs.fenceFor(token), token, range),

    listMessages: (token: string, chat: number, range: Range) =>
      list("message", epochs.fenceFor(token), chatKey(token, chat), range),

    /** All messages of an application, a part at a time, in no order. */
    async *scanMessages(token: string): AsyncGenerator<RecordOf<"message">[]> {
      const fence = epochs.fenceFor(token);
      for await (const records of ledger.scanOutbox(fence.shard)) {
        yield records.filter(
          (record): record is RecordOf<"message"> => record.kind === "message" && record.token === token,
        );
      }
      // The scan knows no epoch: had this one ended meanwhile, something might be missing.
      await ledger.isOpen(fence, "");
    },
  };
}
