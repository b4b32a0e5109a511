/** Deliveries that cannot be read, and a record that MySQL refuses: they stand aside, and everything else goes on. */
import { expect } from "@jest/globals";
import { recordsQueue } from "@parley/common/topology";
import { connect } from "amqplib";
import { v7 as uuidv7 } from "uuid";
import { runScript } from "../support/scripts.ts";
import { waitUntil } from "../support/wait-until.ts";
import { runRow, type Scene } from "./run-row.ts";

const unreadable = ['{"type":"batch","rec', '{"type":"batch","records":[{"kind":"poem"}]}'];
/** Allowed at the door, and too long for the column while it is made shorter; each quote takes two bytes in a reason. */
const poisons = ["x".repeat(30_000), '"'.repeat(60_000)];
const paths: string[] = [];
let dead = 0;

async function sendUnreadable({ world }: Scene): Promise<void> {
  const connection = await connect(world.stores.urls.rabbitmq);
  const channel = await connection.createChannel();
  for (const body of unreadable) {
    channel.sendToQueue(recordsQueue(0), Buffer.from(body), { persistent: true });
  }
  await waitUntil(async () => {
    dead = (await channel.checkQueue("dead-letters")).messageCount;
    return dead === unreadable.length;
  });
  await connection.close();
}

runRow({
  id: "F11",
  title: "poison is parked, and what cannot be read is dead-lettered",
  async fault(scene) {
    const { world, load, ask } = scene;
    const { token, chat } = load.parents[0] ?? { token: "", chat: 0 };
    await world.db.raw("ALTER TABLE messages MODIFY content VARCHAR(12000) NOT NULL");
    const messages = `/${token}/chats/${chat}/messages`;
    for (const poison of poisons) {
      const sent = await ask("POST", messages, { body: { message_content: poison }, key: uuidv7() });
      expect(sent.status).toBe(201);
      paths.push(`${messages}/${(JSON.parse(sent.text) as { message_number: number }).message_number}`);
    }
    await sendUnreadable(scene);
    for (const path of paths) await waitUntil(async () => (await ask("GET", path)).status === 410);
    await load.acknowledged(100);
  },
  async heal({ world, ask }) {
    await world.db.raw("ALTER TABLE messages MODIFY content MEDIUMTEXT NOT NULL");
    expect(await runScript("parked.ts", [], world.env)).toMatchObject({
      code: 0,
      output: expect.stringContaining(`${poisons.length} parked`),
    });
    expect(await runScript("parked.ts", ["--replay"], world.env)).toMatchObject({ code: 0 });
    for (const [i, path] of paths.entries()) {
      const { status, text } = await ask("GET", path);
      expect(status).toBe(200);
      expect(JSON.parse(text)).toMatchObject({ message_content: poisons[i] });
      // The checker knows only what the load has sent.
      expect((await ask("DELETE", path)).status).toBe(204);
    }
  },
  expectations: () => expect(dead).toBe(unreadable.length),
});
