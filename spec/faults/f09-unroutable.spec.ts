/** The queues are no longer bound: what cannot be routed is not acknowledged. */
import { connect } from "amqplib";
import { expect } from "@jest/globals";
import { shardOf } from "@parley/common/records";
import { epochKey, exchanges, recordsQueue } from "@parley/common/topology";
import { waitUntil } from "../support/wait-until.ts";
import { toOperations, type Operation } from "./history.ts";
import { runRow, type Scene } from "./run-row.ts";

let unboundAt = Infinity;
/** By shard, when its epoch was last seen to be the one that has no queue. */
const unboundUntil = new Map<number, number>();

const listEpochs = ({ world }: Scene): Promise<{ shard: number; epoch: number }[]> =>
  world.db("seq_epoch").select("shard", "epoch");

async function unbind({ world }: Scene, epochs: Awaited<ReturnType<typeof listEpochs>>): Promise<void> {
  const connection = await connect(world.stores.urls.rabbitmq);
  const channel = await connection.createChannel();
  for (const { shard, epoch } of epochs) {
    await channel.unbindQueue(recordsQueue(shard), exchanges.records, epochKey(shard, epoch));
  }
  await connection.close();
}

/** Begun when there was no queue any more, and acknowledged when there was none yet. */
function isUnstored({ act, outcome, parent, uid, invokedAt, doneAt }: Operation): boolean {
  if (outcome !== "ok" || act === "edit" || act === "delete") return false;
  const shard = shardOf(uid ?? parent.split(":", 1)[0] ?? "", 4);
  return invokedAt > unboundAt && doneAt < (unboundUntil.get(shard) ?? 0);
}

runRow({
  id: "F9",
  title: "a publish has no queue to go to",
  async fault(scene) {
    const epochs = await listEpochs(scene);
    await unbind(scene, epochs);
    unboundAt = performance.now();
    const used = new Set(scene.load.parents.map(({ token }) => shardOf(token, 4)));
    await waitUntil(async () => {
      const askedAt = performance.now();
      const now = await listEpochs(scene);
      const same = epochs.filter((old) =>
        now.some((one) => one.shard === old.shard && one.epoch === old.epoch),
      );
      for (const { shard } of same) unboundUntil.set(shard, askedAt);
      return !same.some(({ shard }) => used.has(shard));
    });
  },
  expectations({ events }) {
    expect(unboundUntil.size).toBeGreaterThan(0);
    expect(toOperations(events).filter(isUnstored)).toEqual([]);
  },
});
