/** The ledger on a real Redis: numbering, fences, settling, counts. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { isCold, settledOf, type Fence, type Ledger } from "@parley/common/ledger";
import type { Draft, ParleyRecord } from "@parley/common/records";
import { v4 as uuid } from "uuid";
import { beginEpoch, openLedger, startOwnRedis } from "../support/stores.ts";

const fence: Fence = { shard: 0, epoch: 1 };
let server: Awaited<ReturnType<typeof startOwnRedis>>;
let ledger: Ledger;
beforeAll(async () => {
  server = await startOwnRedis();
  ledger = await openLedger(server.url, []);
});
beforeEach(async () => {
  await server.redis.flushall();
  await beginEpoch(ledger, fence);
});
afterAll(async () => {
  await ledger.stop();
  await server.stop();
});

const application = (): Extract<Draft, { kind: "application" }> => {
  const token = uuid();
  return { kind: "application", uid: token, token, name: "Spec", createdAt: 1 };
};
const chatIn = (token: string): Draft => ({ kind: "chat", uid: uuid(), token, createdAt: 2 });
const messageIn = (token: string, chat: number): Draft => ({
  kind: "message",
  uid: uuid(),
  token,
  chat,
  content: "hello",
  createdAt: 3,
});
const allot = (drafts: Draft[], under: Fence = fence) =>
  ledger.allot(
    under,
    uuid(),
    drafts.map((draft) => ({ draft, json: JSON.stringify(draft) })),
  );
const cold = async (call: Promise<unknown>): Promise<boolean> => call.then(() => false, isCold);

describe("allot", () => {
  it("refuses what is under an unknown parent, without using a number", async () => {
    const { token, ...rest } = application();
    expect(await allot([chatIn(token), messageIn(token, 1)])).toEqual([
      { refused: "application-unknown" },
      { refused: "application-unknown" },
    ]);
    await allot([{ token, ...rest }]);
    expect(await allot([messageIn(token, 1), chatIn(token)])).toEqual([
      { refused: "chat-unknown" },
      { number: 1 },
    ]);
  });

  it("refuses what is under a deleted parent, at both levels", async () => {
    const owner = application();
    await allot([owner, chatIn(owner.token)]);
    await ledger.open(fence, [[`${owner.token}:1`, "deleted"]]);
    expect(await allot([messageIn(owner.token, 1)])).toEqual([{ refused: "chat-deleted" }]);
    await ledger.open(fence, [[owner.token, "deleted"]]);
    expect(await allot([messageIn(owner.token, 1), chatIn(owner.token)])).toEqual([
      { refused: "application-deleted" },
      { refused: "application-deleted" },
    ]);
  });

  it("numbers chats and messages from 1, also when a chat and its messages share a batch with bad records", async () => {
    const owner = application();
    const { token } = owner;
    const batch = [
      owner,
      chatIn(token),
      messageIn(token, 1),
      messageIn(token, 9),
      messageIn(token, 1),
      chatIn(token),
    ];
    expect(await allot(batch)).toEqual([
      { number: 0 },
      { number: 1 },
      { number: 1 },
      { refused: "chat-unknown" },
      { number: 2 },
      { number: 2 },
    ]);
  });

  it("never overwrites an open counter by opening it again", async () => {
    const owner = application();
    await allot([owner, chatIn(owner.token), chatIn(owner.token)]);
    await ledger.open(fence, [[owner.token, 0]]);
    expect(await allot([chatIn(owner.token)])).toEqual([{ number: 3 }]);
  });

  it("writes the record beside its number and remembers the batch until it is confirmed", async () => {
    const owner = application();
    await allot([owner, chatIn(owner.token)]);
    const [chat] = await ledger.listPending(fence, owner.token, { order: "asc", limit: 10 });
    expect(chat).toMatchObject({ kind: "chat", token: owner.token, number: 1 });
    const [batch] = await ledger.listUnconfirmed(0, -1000);
    expect(batch?.records).toHaveLength(2);
    await ledger.confirm(0, batch?.batchId ?? "");
    expect(await ledger.listUnconfirmed(0, -1000)).toEqual([]);
  });
});

describe("the fence", () => {
  it("refuses everything of an epoch that is over", async () => {
    await beginEpoch(ledger, { shard: 0, epoch: 2 });
    expect(await cold(allot([application()]))).toBe(true);
    expect(await cold(ledger.settle(fence, []))).toBe(true);
    expect(await cold(ledger.listPending(fence, "x", { order: "asc", limit: 1 }))).toBe(true);
    expect(await cold(ledger.open(fence, [["x", 5]]))).toBe(true);
    expect(await cold(ledger.takeCounts(fence, uuid()))).toBe(true);
  });

  it("refuses after Redis was emptied, and after its scripts were lost in a restart", async () => {
    await server.redis.flushall();
    expect(await cold(allot([application()]))).toBe(true);
    await beginEpoch(ledger, { shard: 0, epoch: 2 });
    await server.redis.script("FLUSH");
    expect(await cold(allot([application()], { shard: 0, epoch: 2 }))).toBe(true);
  });

  it("does not let one shard's recovery open another shard of the same epoch", async () => {
    await beginEpoch(ledger, { shard: 1, epoch: 1 });
    await server.redis.script("FLUSH");
    await beginEpoch(ledger, { shard: 1, epoch: 2 });
    await beginEpoch(ledger, { shard: 2, epoch: 1 });
    expect(await cold(allot([application()], { shard: 1, epoch: 1 }))).toBe(true);
    expect(await cold(allot([application()], fence))).toBe(true);
  });

  it("keeps a leader that slept from beginning its epoch after another's", async () => {
    await ledger.recovery.announce({ shard: 0, epoch: 2 });
    await ledger.recovery.announce({ shard: 0, epoch: 3 });
    expect(await ledger.recovery.announce({ shard: 0, epoch: 2 })).toBe(false);
    expect(await cold(ledger.recovery.begin({ shard: 0, epoch: 2 }, { storedKeys: true }))).toBe(true);
    expect(await cold(ledger.isOpen(fence, ""))).toBe(true);
  });
});

describe("settle", () => {
  it("forgets records and raises each count once, however often it is told", async () => {
    const owner = application();
    await allot([owner, chatIn(owner.token), messageIn(owner.token, 1), messageIn(owner.token, 1)]);
    const records: ParleyRecord[] = [];
    for await (const part of ledger.scanOutbox(0)) records.push(...part);
    expect(records).toHaveLength(4);
    const entries = records.map((record) => settledOf(record, true));
    await ledger.settle(fence, entries);
    await ledger.settle(fence, entries);
    expect(await server.redis.hlen("{s0}:outbox")).toBe(0);
    expect(await ledger.listPending(fence, `${owner.token}:1`, { order: "asc", limit: 10 })).toEqual([]);
    const counts = await ledger.takeCounts(fence, uuid());
    expect(counts?.chats).toEqual(new Map([[owner.token, 1]]));
    expect(counts?.messages).toEqual(new Map([[`${owner.token}:1`, 2]]));
  });
});

describe("counts", () => {
  it("are given again under their old id until they are dropped", async () => {
    const owner = application();
    await allot([owner, chatIn(owner.token)]);
    const [record] = await ledger.listPending(fence, owner.token, { order: "asc", limit: 1 });
    if (!record) throw new Error("no record");
    await ledger.settle(fence, [settledOf(record, true)]);
    const first = await ledger.takeCounts(fence, uuid());
    expect(await ledger.takeCounts(fence, uuid())).toEqual(first);
    await ledger.dropCounts(fence, first?.id ?? "");
    expect(await ledger.takeCounts(fence, uuid())).toBeUndefined();
  });
});
