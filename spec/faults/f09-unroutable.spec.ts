/** The queues are no longer bound: what cannot be routed is not acknowledged. */
import { setTimeout as pause } from "node:timers/promises";
import { expect } from "@jest/globals";
import { connect } from "amqplib";
import { epochKey, exchanges, recordsQueue } from "@parley/common/topology";
import { waitUntil } from "../support/wait-until.ts";
import { runRow } from "./run-row.ts";

type Epoch = { shard: number; epoch: number };

/** What the broker had taken before is answered within this time. */
const underWayMs = 200;
let unrouted = 0;

runRow({
  id: "F9",
  title: "a publish has no queue to go to",
  async fault({ world, load }) {
    const listEpochs = (): Promise<Epoch[]> =>
      world.db("seq_epoch").select("shard", "epoch").orderBy("shard");
    const epochs = await listEpochs();
    const connection = await connect(world.stores.urls.rabbitmq);
    const channel = await connection.createChannel();
    for (const { shard, epoch } of epochs) {
      await channel.unbindQueue(recordsQueue(shard), exchanges.records, epochKey(shard, epoch));
    }
    await connection.close();
    await pause(underWayMs);
    const before = load.acknowledgedAt.length;
    await waitUntil(async () => {
      const now = load.acknowledgedAt.length;
      const isOver = JSON.stringify(await listEpochs()) !== JSON.stringify(epochs);
      if (!isOver) unrouted = now - before;
      return isOver;
    });
  },
  // While no shard has another epoch, nothing can be routed.
  expectations: () => expect(unrouted).toBe(0),
});
