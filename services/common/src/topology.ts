/** RabbitMQ's exchanges, queues and routing keys: declared in one place, since other arguments would close the channel. */
import type { Channel } from "amqplib";

/** Exchanges and queues; what is published to `records` and `changes` is described in records.ts and changes.ts. */
export const exchanges = { records: "records", changes: "changes", dead: "dead" } as const;
export const searchQueue = "search";
export const recordsQueue = (shard: number): string => `records.${shard}`;
/** Bound only while its epoch is open: a late publisher of an older epoch is refused by the broker itself. */
export const epochKey = (shard: number, epoch: number): string => `e${epoch}.${shard}`;

async function declareQueue(channel: Channel, queue: string): Promise<void> {
  await channel.assertQueue(queue, {
    durable: true,
    arguments: {
      "x-queue-type": "quorum",
      "x-single-active-consumer": true,
      "x-dead-letter-exchange": exchanges.dead,
      "x-dead-letter-strategy": "at-least-once",
      "x-overflow": "reject-publish",
    },
  });
}

export async function declareExchanges(channel: Channel): Promise<void> {
  await channel.assertExchange(exchanges.records, "direct", { durable: true });
  await channel.assertExchange(exchanges.changes, "topic", { durable: true });
  await channel.assertExchange(exchanges.dead, "fanout", { durable: true });
}

/** Declares everything; the search queue only where something consumes it. */
export async function declareTopology(channel: Channel, shards: number, withSearch: boolean): Promise<void> {
  await declareExchanges(channel);
  await channel.assertQueue("dead-letters", { durable: true, arguments: { "x-queue-type": "quorum" } });
  await channel.bindQueue("dead-letters", exchanges.dead, "");
  for (let shard = 0; shard < shards; shard += 1) await declareQueue(channel, recordsQueue(shard));
  if (!withSearch) return;
  await declareQueue(channel, searchQueue);
  await channel.bindQueue(searchQueue, exchanges.changes, "#");
}
