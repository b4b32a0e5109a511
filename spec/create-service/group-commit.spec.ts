/** Group commit on a real Redis, with a broker that only notes what it is given. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import type { Ledger } from "@parley/common/ledger";
import { problem } from "@parley/common/problem";
import type { Draft, StoredKey } from "@parley/common/records";
import { v4 as uuid, v7 } from "uuid";
import { createGroupCommit, type Commit } from "../../services/create-service/src/group-commit.ts";
import { fixedEpochs, openLedger, quiet, startOwnRedis } from "../support/stores.ts";
import { waitUntil } from "../support/wait-until.ts";

const fence = { shard: 0, epoch: 1 };
let redis: Awaited<ReturnType<typeof startOwnRedis>>;
let ledger: Ledger;
let published: { records: { uid: string; number?: number }[] }[];
let confirm: () => Promise<void>;
let opened: string[];
let stored: StoredKey[];
let askedKeys: number;
let commit: Commit;
let token: string;

beforeAll(async () => {
  redis = await startOwnRedis();
  ledger = await openLedger(redis.url, [fence]);
});
beforeEach(async () => {
  published = [];
  opened = [];
  stored = [];
  askedKeys = 0;
  confirm = async () => undefined;
  commit = createGroupCommit({
    ledger,
    broker: {
      requireReady: () => undefined,
      publish: async ({ body }) => {
        published.push(JSON.parse(body) as (typeof published)[number]);
        await confirm();
      },
    },
    epochs: fixedEpochs([fence]),
    readService: {
      openParent: async ({ token: parent, chat }) => {
        opened.push(`${parent}:${chat ?? ""}`);
        if (chat === 77) await ledger.open(fence, [[`${parent}:77`, 41]]);
        else throw problem("chat-not-found", "no such chat");
      },
      findKeys: async (drafts) => {
        askedKeys += 1;
        return drafts.map(({ idempotency }) => stored.find(({ key }) => key === idempotency?.key));
      },
    },
    log: quiet,
  });
  token = uuid();
  await commit({ kind: "application", uid: token, token, name: "Spec", createdAt: 1 });
  await commit({ kind: "chat", uid: uuid(), token, createdAt: 1 });
  published = [];
});
afterAll(async () => {
  await ledger.stop();
  await redis.stop();
});

const message = (chat = 1, content = "hello"): Draft => ({
  kind: "message",
  uid: uuid(),
  token,
  chat,
  content,
  createdAt: 1,
});

describe("a commit", () => {
  it("is refused for an unknown parent, asked for once, and uses no number", async () => {
    const refused = await Promise.allSettled([commit(message(5)), commit(message(1)), commit(message(5))]);
    expect(refused.map(({ status }) => status)).toEqual(["rejected", "fulfilled", "rejected"]);
    expect(await commit(message(1))).toEqual({ number: 2, replayed: false });
  });

  it("waits for its parent to be opened and then takes its next number", async () => {
    expect(await commit(message(77))).toMatchObject({ number: 42 });
    expect(opened).toEqual([`${token}:77`]);
  });

  it("resolves only after the broker's confirm", async () => {
    let release: () => void = () => undefined;
    confirm = () => new Promise((resolve) => (release = resolve));
    let done = false;
    const committed = commit(message()).then(() => (done = true));
    await waitUntil(() => published.length === 1);
    expect(done).toBe(false);
    release();
    await committed;
  });

  it("is refused when the broker does not confirm, and its record stays for the sweep", async () => {
    confirm = () => Promise.reject(problem("unavailable", "no confirm"));
    await expect(commit(message())).rejects.toMatchObject({ status: 503 });
    const [batch] = await ledger.listUnconfirmed(0, -1000);
    expect(batch?.records).toMatchObject([{ number: 1, content: "hello" }]);
    await ledger.confirm(0, batch?.batchId ?? "");
  });
});

describe("a batch", () => {
  it("gathers what arrives while two are under way, at most 500 records, in order", async () => {
    const committed = await Promise.all(Array.from({ length: 1200 }, () => commit(message())));
    const numbers = committed.map(({ number }) => number);
    expect(numbers).toEqual(Array.from({ length: 1200 }, (_, i) => i + 1));
    expect(published.map(({ records }) => records.length)).toEqual([500, 500, 200]);
    expect(published.flatMap(({ records }) => records.map(({ number }) => number))).toEqual(numbers);
  });

  it("has at most about 1 MiB", async () => {
    await Promise.all(Array.from({ length: 40 }, () => commit(message(1, "x".repeat(65_000)))));
    expect(published.length).toBeGreaterThan(2);
    for (const { records } of published) expect(records.length).toBeLessThanOrEqual(17);
  });
});

describe("an idempotency key", () => {
  const keyed = (key: string, content = "hello"): Draft => ({
    ...message(1, content),
    idempotency: { key, fingerprint: `print-of-${content}` },
  });

  it("used with another body is refused, also when only MySQL knows it", async () => {
    await commit(keyed("a"));
    await expect(commit(keyed("a", "other"))).rejects.toMatchObject({ slug: "idempotency-key-reused" });
    stored = [{ parent: "", key: "b", fingerprint: "print-of-hello", number: 7 }];
    await expect(commit(keyed("b", "other"))).rejects.toMatchObject({ slug: "idempotency-key-reused" });
    expect(await commit(message())).toMatchObject({ number: 2 });
  });

  it("that MySQL cannot be asked about is refused and uses no number", async () => {
    const readService = { openParent: async () => undefined, findKeys: () => Promise.reject(away) };
    const away = problem("unavailable", "MySQL is away");
    const broker = { requireReady: () => undefined, publish: async () => undefined };
    const alone = createGroupCommit({
      ledger,
      broker,
      epochs: fixedEpochs([fence]),
      readService,
      log: quiet,
    });
    await expect(alone(keyed("c"))).rejects.toBe(away);
    expect(await alone(message())).toMatchObject({ number: 1 });
  });

  it("gives all repeats one number and one record, also within a batch", async () => {
    const committed = await Promise.all(Array.from({ length: 5 }, () => commit(keyed("d"))));
    committed.push(await commit(keyed("d")));
    expect(committed.map(({ number }) => number)).toEqual([1, 1, 1, 1, 1, 1]);
    expect(committed.filter(({ replayed }) => !replayed)).toHaveLength(1);
    expect(new Set(published.flatMap(({ records }) => records.map(({ uid }) => uid))).size).toBe(1);
  });

  it("that MySQL knows is answered with its number, and nothing is published", async () => {
    stored = [{ parent: "", key: "e", fingerprint: "print-of-hello", number: 7 }];
    expect(await commit(keyed("e"))).toEqual({ number: 7, replayed: true });
    expect(published).toEqual([]);
  });

  it("is looked up once for a whole batch, and not at all when it is newer than all that is missing", async () => {
    await Promise.all(Array.from({ length: 50 }, (_, i) => commit(keyed(`many-${i}`))));
    expect(askedKeys).toBe(1);
    await Promise.all(Array.from({ length: 50 }, () => commit(keyed(v7()))));
    expect(askedKeys).toBe(1);
  });

  it("whose record is unconfirmed is published again, and answered after the confirm", async () => {
    confirm = () => Promise.reject(problem("unconfirmed", "no confirm"));
    await expect(commit(keyed("f"))).rejects.toMatchObject({ slug: "unconfirmed" });
    confirm = async () => undefined;
    expect(await commit(keyed("f"))).toEqual({ number: 1, replayed: true });
    expect(published.map(({ records }) => records)).toMatchObject([[{ number: 1 }], [{ number: 1 }]]);
    expect(published[0]?.records[0]?.uid).toBe(published[1]?.records[0]?.uid);
  });
});

describe("the waiting room", () => {
  it("takes 10,000 requests and refuses the next at once", async () => {
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    confirm = () => held;
    const waiting = Array.from({ length: 10_000 }, () => commit(message()));
    await expect(commit(message())).rejects.toMatchObject({ slug: "overloaded", status: 503 });
    release();
    const numbers = (await Promise.all(waiting)).map(({ number }) => number);
    expect(new Set(numbers).size).toBe(10_000);
    expect(Math.max(...numbers)).toBe(10_000);
  });
});
