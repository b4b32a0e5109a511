/** Publishing records to the queue of their shard, by the routing key of its open epoch. */
import type { Broker } from "@parley/common/broker";
import type { Fence } from "@parley/common/ledger";
import type { ParleyRecord } from "@parley/common/records";
import { epochKey, exchanges } from "@parley/common/topology";

/** @throws Problem unavailable, or unconfirmed: isUnroutable tells that the epoch is over */
export function publishBatch(
  broker: Pick<Broker, "publish">,
  { shard, epoch }: Fence,
  records: readonly ParleyRecord[],
): Promise<void> {
  return broker.publish({
    exchange: exchanges.records,
    routingKey: epochKey(shard, epoch),
    body: JSON.stringify({ type: "batch", records }),
    mandatory: true,
  });
}
