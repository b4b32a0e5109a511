/** Publishing and consuming on a real RabbitMQ. */
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { isUnroutable, type Broker } from "@parley/common/broker";
import { epochKey, exchanges, recordsQueue } from "@parley/common/topology";
import { startBroker } from "../support/stores.ts";
import { waitUntil } from "../support/wait-until.ts";

let broker: Broker;
beforeAll(async () => {
  broker = await startBroker();
});
afterAll(() => broker.stop());

const publish = (body: string, epoch = 1): Promise<void> =>
  broker.publish({ exchange: exchanges.records, routingKey: epochKey(0, epoch), body, mandatory: true });

describe("publish", () => {
  it("does not resolve for a message that no queue takes", async () => {
    const failure = await publish("lost", 99).catch((err: unknown) => err);
    expect(isUnroutable(failure)).toBe(true);
  });

  it("is refused by the broker itself once the epoch is unbound", async () => {
    await broker.bindEpoch(0, 7);
    await publish("in time", 7);
    await broker.unbindEpochs(0, 1, 7);
    expect(isUnroutable(await publish("too late", 7).catch((err: unknown) => err))).toBe(true);
  });

  it("confirms one after the other without a delay (p50 printed, not asserted)", async () => {
    await broker.bindEpoch(1, 1);
    const times: number[] = [];
    for (let i = 0; i < 100; i += 1) {
      const start = performance.now();
      await broker.publish({
        exchange: exchanges.records,
        routingKey: epochKey(1, 1),
        body: "x",
        mandatory: true,
      });
      times.push(performance.now() - start);
    }
    console.log(`sequential confirms, p50: ${times.sort((a, b) => a - b)[50]?.toFixed(2)} ms`);
    expect(times).toHaveLength(100);
  });
});

describe("consume", () => {
  it("gives deliveries again, in order, when they could not be handled", async () => {
    await broker.bindEpoch(2, 1);
    for (const body of ["1", "2", "3"]) {
      await broker.publish({
        exchange: exchanges.records,
        routingKey: epochKey(2, 1),
        body,
        mandatory: true,
      });
    }
    const seen: string[][] = [];
    const stop = broker.consume({
      queue: recordsQueue(2),
      prefetch: 10,
      gatherMs: 20,
      handle: async (deliveries) => {
        seen.push(
          deliveries.map(({ body, redelivered }) => `${body.toString()}${redelivered ? " again" : ""}`),
        );
        if (seen.length === 1) throw new Error("not now");
      },
    });
    await waitUntil(() => seen.flat().length >= 6);
    await stop();
    expect(seen.flat()).toEqual(["1", "2", "3", "1 again", "2 again", "3 again"]);
    await waitUntil(async () => (await broker.queueLength(recordsQueue(2))) === 0);
  });
});
