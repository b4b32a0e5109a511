/** RabbitMQ's exchanges, queues and routing keys: declared in one place, since other arguments would close the channel. */
import type { Channel } from "amqplib";

/** Exchanges and queues; what is published to `records` and `changes` is described in records.ts and changes.ts. */
export const exchanges = { records: "records", changes: "changes", dead: "dead" } as const;
export const searchQueue = "search";
export const recordsQueue = (shard: number): string => `records.${shard}`;
/** Bound only while its epoch is open: a late publisher of an older epoch is refused by the broker itself. */
export const epochKey = (shard: number, epoch: number): string => `e${epoch}.${shard}`;

/** What exists otherwise closes the channel that declares it: the rest is declared on another. */
export type Declaration = {
  kind: "exchange" | "queue";
  name: string;
  declare: (channel: Channel) => Promise<unknown>;
};

const exchange = (name: string, type: "direct" | "topic" | "fanout"): Declaration => ({
  kind: "exchange",
  name,
  declare: (channel) => channel.assertExchange(name, type, { durable: true }),
});

function queue(
  name: string,
  more: Record<string, unknown>,
  bind?: (channel: Channel) => Promise<unknown>,
): Declaration {
  const options = { durable: true, arguments: { "x-queue-type": "quorum", ...more } };
  return {
    kind: "queue",
    name,
    declare: async (channel) => {
      await channel.assertQueue(name, options);
      await bind?.(channel);
    },
  };
}

const inOrder = {
  "x-single-active-consumer": true,
  "x-dead-letter-exchange": exchanges.dead,
  "x-dead-letter-strategy": "at-least-once",
  "x-overflow": "reject-publish",
};

export const exchangeDeclarations: readonly Declaration[] = [
  exchange(exchanges.records, "direct"),
  exchange(exchanges.changes, "topic"),
  exchange(exchanges.dead, "fanout"),
];

export const deadLettersQueue = "dead-letters";

/** The names of the queues that listDeclarations declares. */
export const listQueues = (shards: number, withSearch: boolean): string[] => [
  ...Array.from({ length: shards }, (_, shard) => recordsQueue(shard)),
  ...(withSearch ? [searchQueue] : []),
  deadLettersQueue,
];

/** Everything; the search queue only where something consumes it. */
export function listDeclarations(shards: number, withSearch: boolean): Declaration[] {
  const bindTo = (name: string, source: string, key: string) => (channel: Channel) =>
    channel.bindQueue(name, source, key);
  return [
    ...exchangeDeclarations,
    queue(deadLettersQueue, {}, bindTo(deadLettersQueue, exchanges.dead, "")),
    ...Array.from({ length: shards }, (_, shard) => queue(recordsQueue(shard), inOrder)),
    ...(withSearch ? [queue(searchQueue, inOrder, bindTo(searchQueue, exchanges.changes, "#"))] : []),
  ];
}
