/** Which parents are opened when a shard's next epoch begins. */
import { afterEach, beforeEach, expect, it } from "@jest/globals";
import type { Fence } from "@parley/common/ledger";
import { problem } from "@parley/common/problem";
import { startRecentParents } from "../../services/read-service/src/recent-parents.ts";
import type { Parent } from "../../services/read-service/src/open-parent.ts";
import { aChatRecord, aMessageRecord, anApplicationRecord } from "../support/records.ts";
import { quiet } from "../support/stores.ts";
import { waitUntil } from "../support/wait-until.ts";

let fences: Fence[];
let opened: (Parent & { epoch: number })[];
let open: (fence: Fence, parent: Parent) => Promise<void>;
let parents: ReturnType<typeof startRecentParents>;
let looks: number;
beforeEach(async () => {
  fences = [{ shard: 0, epoch: 1 }];
  opened = [];
  looks = 0;
  open = async ({ epoch }, parent) => void opened.push({ ...parent, epoch });
  const openFences = (): Fence[] => {
    looks += 1;
    return fences;
  };
  parents = startRecentParents({ open: (...of) => open(...of), epochs: { openFences }, log: quiet });
  await waitUntil(() => looks > 0);
});
afterEach(() => parents.stop());

const chatsOf = (token: string, count: number) =>
  Array.from({ length: count }, (_, i) => aMessageRecord(token, i + 1, 1));

it("opens nothing in the epoch that it meets first, nor in a closed shard", async () => {
  parents.remember(0, chatsOf("t", 3));
  fences = [];
  const before = looks;
  await waitUntil(() => looks > before + 1);
  expect(opened).toEqual([]);
});

it("opens applications and chats, the newest first, each once", async () => {
  const application = anApplicationRecord();
  const { token } = application;
  parents.remember(0, [
    application,
    aChatRecord(token, 1),
    aChatRecord(token, 2),
    aMessageRecord(token, 1, 1),
  ]);
  fences = [{ shard: 0, epoch: 2 }];
  await waitUntil(() => opened.length === 3);
  expect(opened.map(({ chat, epoch }) => [chat, epoch])).toEqual([
    [1, 2],
    [2, 2],
    [undefined, 2],
  ]);
});

it("remembers no more than 500 in a shard", async () => {
  parents.remember(0, chatsOf("t", 600));
  fences = [{ shard: 0, epoch: 2 }];
  await waitUntil(() => opened.length >= 500);
  await parents.stop();
  expect(opened).toHaveLength(500);
  expect(Math.min(...opened.map(({ chat = 0 }) => chat))).toBe(101);
});

it("passes over what is gone, and stops where the epoch is over", async () => {
  parents.remember(0, chatsOf("t", 100));
  open = async ({ epoch }, parent) => {
    if (parent.chat === 100) throw problem("chat-not-found", "It is gone.");
    opened.push({ ...parent, epoch });
    if (opened.length === 10) fences = [];
  };
  fences = [{ shard: 0, epoch: 2 }];
  await waitUntil(() => opened.length >= 10);
  await parents.stop();
  expect(opened.length).toBeLessThan(14);
});
