/** The broker's memory alarm blocks publishers: creates are refused at once, and consumers go on storing. */
import { expect } from "@jest/globals";
import { waitUntil } from "../support/wait-until.ts";
import { runRow, type Scene } from "./run-row.ts";

let accepted = 0;
let stored = 0;
let refused = 0;
let refusedMs = 0;
const longestMs = 1000;

async function countMessages({ world }: Scene): Promise<number> {
  const [row]: { n: number }[] = await world.db("messages").count({ n: "*" });
  return row?.n ?? 0;
}

runRow({
  id: "F6",
  title: "the broker's memory alarm goes off",
  world: { own: ["rabbitmq"] },
  async fault({ world, load, ask }) {
    await world.stores.rabbitmqctl(["set_vm_memory_high_watermark", "0"]);
    accepted = load.messagesAcknowledged();
    // Refused before anything is looked up: the chat need not be there.
    const path = `/${load.parents[0]?.token ?? ""}/chats/999999/messages`;
    await waitUntil(
      async () => (await ask("POST", path, { body: { message_content: "probe" } })).status === 503,
    );
    const sentAt = performance.now();
    refused = (await ask("POST", path, { body: { message_content: "probe" } })).status;
    refusedMs = performance.now() - sentAt;
  },
  async heal(scene) {
    stored = await countMessages(scene);
    await scene.world.stores.rabbitmqctl(["set_vm_memory_high_watermark", "0.4"]);
  },
  expectations() {
    // Were the consumers blocked, too, an alarm that a long queue has raised would never end.
    expect(stored).toBeGreaterThanOrEqual(accepted);
    expect(refused).toBe(503);
    expect(refusedMs).toBeLessThan(longestMs);
  },
});
