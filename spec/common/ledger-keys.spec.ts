/** Idempotency keys and the outbox's bound in the ledger, on a real Redis. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { keptMs, timeOfKey, toleratedSkewMs } from "@parley/common/idempotency";
import { settledOf, type Allotment, type Fence, type Ledger } from "@parley/common/ledger";
import type { Draft, ParleyRecord } from "@parley/common/records";
import { v4 as uuid, v7 } from "uuid";
import { beginEpoch, openLedger, startOwnRedis } from "../support/stores.ts";

const fence: Fence = { shard: 0, epoch: 1 };
const outboxBytes = 20_000;
const token = uuid();
let server: Awaited<ReturnType<typeof startOwnRedis>>;
let ledger: Ledger;
beforeAll(async () => {
  server = await startOwnRedis();
  ledger = await openLedger(server.url, [], outboxBytes);
});
beforeEach(async () => {
  await server.redis.flushall();
  await beginEpoch(ledger, fence);
  await allot({ kind: "application", uid: token, token, name: "Spec", createdAt: 1 });
});
afterAll(async () => {
  await ledger.stop();
  await server.stop();
});

const chat = (key?: string, fingerprint = "print"): Draft => ({
  kind: "chat",
  uid: uuid(),
  token,
  createdAt: 2,
  ...(key === undefined ? {} : { idempotency: { key, fingerprint } }),
});

async function allot(draft: Draft, { batchId = uuid(), isNewKey = false } = {}): Promise<Allotment> {
  const [allotment] = await ledger.allot(fence, batchId, [{ draft, json: JSON.stringify(draft), isNewKey }]);
  if (!allotment) throw new Error("no allotment");
  return allotment;
}

const keyMadeAt = (ms: number): string => v7({ msecs: ms });

async function settleAll(): Promise<void> {
  const records: ParleyRecord[] = [];
  for await (const part of ledger.scanOutbox(0)) records.push(...part);
  await ledger.settle(
    fence,
    records.map((record) => settledOf(record, true)),
  );
}

describe("a key", () => {
  it("that carries no time is not known to be new", async () => {
    expect(await allot(chat("mine"))).toEqual({ refused: "key-unknown" });
    expect(await allot(chat("mine"), { isNewKey: true })).toEqual({ number: 1 });
  });

  it("with a time is new only if Redis must have it since then", async () => {
    expect(await allot(chat(keyMadeAt(Date.now() - keptMs)))).toEqual({ refused: "key-unknown" });
    await beginEpoch(ledger, fence, true);
    await ledger.open(fence, [[token, 0]]);
    expect(await allot(chat(keyMadeAt(Date.now())))).toEqual({ refused: "key-unknown" });
    await server.redis.set("{s0}:keys:since", Date.now() - 2 * toleratedSkewMs);
    expect(await allot(chat(keyMadeAt(Date.now() - toleratedSkewMs - 10_000)))).toEqual({
      refused: "key-unknown",
    });
    expect(await allot(chat(keyMadeAt(Date.now())))).toEqual({ number: 1 });
    await server.redis.del("{s0}:keys:since");
    expect(await allot(chat(keyMadeAt(Date.now())))).toEqual({ refused: "key-unknown" });
  });

  it("from the future is refused: nobody could tell later when it was first used", async () => {
    const soon = Date.now() + toleratedSkewMs;
    expect(await allot(chat(keyMadeAt(soon + 10_000)))).toEqual({ refused: "key-ahead" });
    expect(await allot(chat(keyMadeAt(soon - 10_000)))).toEqual({ number: 1 });
  });

  it("with another fingerprint is refused, and another parent's key is another key", async () => {
    const key = keyMadeAt(Date.now());
    await allot(chat(key));
    expect(await allot(chat(key, "other"))).toEqual({ refused: "key-reused" });
    const idempotency = { key, fingerprint: "other" };
    const message: Draft = {
      kind: "message",
      uid: uuid(),
      token,
      chat: 1,
      content: "",
      createdAt: 3,
      idempotency,
    };
    expect(await allot(message)).toEqual({ number: 1 });
  });

  it("refused for its parent is not used up", async () => {
    const key = keyMadeAt(Date.now());
    await ledger.open(fence, [[token, "deleted"]]);
    expect(await allot(chat(key))).toEqual({ refused: "application-deleted" });
    await server.redis.hset("{s0}:counters", token, 0);
    expect(await allot(chat(key))).toEqual({ number: 1 });
  });

  it("that is repeated gives its record until the broker has confirmed it, and its number ever after", async () => {
    const [key, batchId] = [keyMadeAt(Date.now()), uuid()];
    const first = chat(key);
    await allot(first, { batchId });
    const repeat = await allot(chat(key));
    expect(repeat).toMatchObject({ number: 1, repeats: expect.stringContaining(first.uid) });
    await ledger.confirm(0, batchId);
    expect(await allot(chat(key))).toEqual({ number: 1, repeats: "" });
    await settleAll();
    expect(await allot(chat(key))).toEqual({ number: 1, repeats: "" });
  });

  it("does not expire before its record is settled, and then after a day", async () => {
    const [name, key] = [`{s0}:idem:${token}:`, keyMadeAt(Date.now())];
    await allot(chat(key));
    expect(await server.redis.pttl(name + key)).toBe(-1);
    await settleAll();
    const ms = await server.redis.pttl(name + key);
    expect(ms).toBeGreaterThan(keptMs - 60_000);
    expect(ms).toBeLessThanOrEqual(keptMs);
  });
});

it("reads the time of a UUIDv7 alone", () => {
  expect(timeOfKey(v7({ msecs: 1_700_000_000_123 }))).toBe(1_700_000_000_123);
  expect(timeOfKey(uuid())).toBeUndefined();
  expect(timeOfKey("order-7")).toBeUndefined();
});

describe("the outbox", () => {
  it("is measured in bytes, and takes no more beyond its bound, until it is settled", async () => {
    let allotted = 1;
    while ("number" in (await allot(chat()))) allotted += 1;
    expect(await allot(chat())).toEqual({ refused: "outbox-full" });
    const records = await server.redis.hvals("{s0}:outbox");
    expect(records).toHaveLength(allotted);
    const bytes = records.reduce((sum, json) => sum + Buffer.byteLength(json), 0);
    expect(Number(await server.redis.get("{s0}:outbox:bytes"))).toBe(bytes);
    expect(bytes).toBeGreaterThanOrEqual(outboxBytes);
    await settleAll();
    expect(await server.redis.get("{s0}:outbox:bytes")).toBe("0");
    expect(await allot(chat())).toEqual({ number: allotted });
  });
});
