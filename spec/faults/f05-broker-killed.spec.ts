/**
 * The broker dies by kill -9 and comes back with its files: nothing is acknowledged meanwhile, nothing is lost, and what
 * is stored is read, also by a read-service that starts meanwhile.
 */
import { expect } from "@jest/globals";
import { waitUntil } from "../support/wait-until.ts";
import { runRow, type Scene } from "./run-row.ts";

const longestStartMs = 10_000;
const seen: Record<string, number>[] = [];
let startMs = Infinity;

async function readStored({ load, ask }: Scene): Promise<Record<string, number>> {
  const { token, chat } = load.parents[0] ?? { token: "", chat: 0 };
  const application = await ask("GET", `/${token}`);
  const message = await ask("GET", `/${token}/chats/${chat}/messages/1`);
  return { application: application.status, message: message.status };
}

runRow({
  id: "F5",
  title: "RabbitMQ is killed and comes back",
  world: { own: ["rabbitmq"] },
  async fault(scene) {
    const { world, load } = scene;
    const { token, chat } = load.parents[0] ?? { token: "", chat: 0 };
    const isStored = () =>
      world
        .db("messages as m")
        .join("chats as c", "c.id", "m.chat_id")
        .join("applications as a", "a.id", "c.application_id")
        .where({ "a.token": token, "c.number": chat, "m.number": 1 })
        .first("m.number");
    await waitUntil(isStored);
    await world.ownStore("rabbitmq").kill();
    seen.push(await readStored(scene));
    const restartedAt = performance.now();
    await world.killRead();
    await waitUntil(async () => (await readStored(scene))["message"] === 200);
    startMs = performance.now() - restartedAt;
    seen.push(await readStored(scene));
  },
  heal: ({ world }) => world.ownStore("rabbitmq").start(),
  expectations() {
    for (const statuses of seen) expect(statuses).toEqual({ application: 200, message: 200 });
    expect(startMs).toBeLessThan(longestStartMs);
  },
});
