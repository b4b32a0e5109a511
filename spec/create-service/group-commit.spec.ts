/** Group commit on a real Redis, with a broker that only notes what it is given. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import type { Ledger } from "@parley/common/ledger";
import { problem } from "@parley/common/problem";
import type { Draft } from "@parley/common/records";
import { v4 as uuid } from "uuid";
import { createGroupCommit, type Commit } from "../../services/create-service/src/group-commit.ts";
import { fixedEpochs, openLedger, quiet, startOwnRedis } from "../support/stores.ts";
import { waitUntil } from "../support/wait-until.ts";

const fence = { shard: 0, epoch: 1 };
let redis: Awaited<ReturnType<typeof startOwnRedis>>;
let ledger: Ledger;
let published: { records: { uid: string; number?: number }[] }[];
let confirm: () => Promise<void>;
let opened: string[];
let commit: Commit;
let token: string;

beforeAll(async () => {
  redis = await startOwnRedis();
  ledger = await openLedger(redis.url, [fence]);
});
beforeEach(async () => {
  published = [];
  opened = [];
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
    expect(await commit(message(1))).toBe(2);
  });

  it("waits for its parent to be opened and then takes its next number", async () => {
    expect(await commit(message(77))).toBe(42);
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
    const numbers = await Promise.all(Array.from({ length: 1200 }, () => commit(message())));
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

describe("the waiting room", () => {
  it("takes 10,000 requests and refuses the next at once", async () => {
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    confirm = () => held;
    const waiting = Array.from({ length: 10_000 }, () => commit(message()));
    await expect(commit(message())).rejects.toMatchObject({ slug: "overloaded", status: 503 });
    release();
    const numbers = await Promise.all(waiting);
    expect(new Set(numbers).size).toBe(10_000);
    expect(Math.max(...numbers)).toBe(10_000);
  });
});
