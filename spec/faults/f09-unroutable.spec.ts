/** The queues are no longer bound: what cannot be routed is not acknowledged. */
import { connect } from "amqplib";
import { epochKey, exchanges, recordsQueue } from "@parley/common/topology";
import { runRow } from "./run-row.ts";

runRow({
  id: "F9",
  title: "a publish has no queue to go to",
  async fault({ world }) {
    const epochs: { shard: number; epoch: number }[] = await world.db("seq_epoch").select("shard", "epoch");
    const connection = await connect(world.stores.urls.rabbitmq);
    const channel = await connection.createChannel();
    for (const { shard, epoch } of epochs) {
      await channel.unbindQueue(recordsQueue(shard), exchanges.records, epochKey(shard, epoch));
    }
    await connection.close();
  },
});
