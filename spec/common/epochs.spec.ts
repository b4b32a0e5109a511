/** Which epoch a shard is in, as far as a process has heard. */
import { afterEach, describe, expect, it } from "@jest/globals";
import { startEpochs, type Epochs } from "@parley/common/epochs";
import type { ShardEpoch } from "@parley/common/records";
import { quiet } from "../support/stores.ts";
import { waitUntil } from "../support/wait-until.ts";

let epochs: Epochs;
afterEach(() => epochs.stop());

const token = "8d6a82eb-7b72-4092-8fac-0cbe48cf262e";
const start = (fetchEpochs: () => Promise<ShardEpoch[]>): Epochs =>
  (epochs = startEpochs({ fetchEpochs, log: quiet }));
const shardsIn = (epoch: number): ShardEpoch[] =>
  [0, 1, 2, 3].map((shard) => ({ shard, epoch, state: "open" }));

describe("epochs", () => {
  it("names no shard before it is known how many there are", () => {
    start(() => new Promise(() => undefined));
    expect(() => epochs.shardFor(token)).toThrow();
    expect(() => epochs.fenceFor(token)).toThrow();
    expect(epochs.isKnown()).toBe(false);
  });

  it("keep a shard closed whose epoch was called over, until the next is heard of", async () => {
    let epoch = 1;
    start(async () => shardsIn(epoch));
    await waitUntil(() => epochs.isKnown());
    const fence = epochs.fenceFor(token);
    epochs.markOver(fence);
    expect(() => epochs.fenceFor(token)).toThrow();
    expect(epochs.closed()).toMatchObject([{ shard: fence.shard }]);
    expect(epochs.openFences()).toHaveLength(3);
    epoch = 2;
    await waitUntil(() => epochs.closed().length === 0);
    expect(epochs.fenceFor(token).epoch).toBe(2);
  });

  it("try a shard again that was only called over for a time", async () => {
    start(async () => shardsIn(1));
    await waitUntil(() => epochs.isKnown());
    epochs.markOver(epochs.fenceFor(token), 50);
    expect(() => epochs.fenceFor(token)).toThrow();
    await waitUntil(() => epochs.fenceFor(token).epoch === 1);
  });
});
