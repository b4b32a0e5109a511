/** A plain consumer in place of a service: takes what is in queues and forgets it. */
import { connect } from "amqplib";

const PREFETCH = 500;

/** Returns its stop. */
export async function startDrain(url: string, queues: readonly string[]): Promise<() => Promise<void>> {
  const connection = await connect(url, { noDelay: true });
  // Then the queue never gets empty, and whoever waits for that says so.
  connection.on("error", () => undefined);
  const channel = await connection.createChannel();
  await channel.prefetch(PREFETCH);
  for (const queue of queues) {
    await channel.consume(queue, (message) => {
      if (message) channel.ack(message);
    });
  }
  return () => connection.close();
}
