/** Waits until nothing is under way any more. */
import { connect } from "amqplib";
import { waitUntil } from "../support/wait-until.ts";
import { outboxLength, type World } from "../support/world.ts";

const settleMs = 120_000;
const stillPolls = 5;
const pollMs = 200;
const queues = ["records.0", "records.1", "records.2", "records.3"];

/** Messages that wait in the queues; those that a consumer has in hand are not among them. */
async function queueLength({ stores }: World): Promise<number> {
  const connection = await connect(stores.urls.rabbitmq);
  try {
    const channel = await connection.createChannel();
    const names = stores.urls.elasticsearch ? [...queues, "search"] : queues;
    let sum = 0;
    for (const name of names) sum += (await channel.checkQueue(name)).messageCount;
    return sum;
  } finally {
    await connection.close();
  }
}

async function measureTables({ db }: World): Promise<string> {
  const [[messages], [chats]] = await Promise.all([
    db("messages").count({ n: "*" }).sum({ changes: "change_number" }),
    db("chats").count({ n: "*" }),
  ]);
  return JSON.stringify([messages, chats]);
}

/**
 * Outbox and queues are empty, and MySQL has stood still for a while: nothing is in a consumer's hand either.
 * @throws Error when that does not come true in time
 */
export async function settle(world: World): Promise<void> {
  let quiet = 0;
  let before = "";
  await waitUntil(async () => {
    const [outbox, queued, tables] = await Promise.all([
      outboxLength(world.stores.urls.redis),
      queueLength(world),
      measureTables(world),
    ]);
    const isQuiet = outbox === 0 && queued === 0 && tables === before;
    quiet = isQuiet ? quiet + 1 : 0;
    before = tables;
    await new Promise((resolve) => setTimeout(resolve, pollMs));
    return quiet >= stillPolls;
  }, settleMs);
}
