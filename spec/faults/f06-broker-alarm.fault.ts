/** The broker's memory alarm blocks publishers: creates are refused at once, and consumers go on storing. */
import { expect } from "@jest/globals";
import { waitUntil } from "../support/wait-until.ts";
import { runRow, type Scene } from "./run-row.ts";

let accepted = 0;

async function countMessages({ db }: Scene["world"]): Promise<number> {
  const [row]: { n: number }[] = await db("messages").count({ n: "*" });
  return row?.n ?? 0;
}

runRow({
  id: "F6",
  title: "the broker's memory alarm goes off",
  world: { own: ["rabbitmq"] },
  async fault({ world, load }) {
    await world.stores.rabbitmqctl(["set_vm_memory_high_watermark", "0"]);
    accepted = load.messagesAcknowledged();
    await waitUntil(async () => (await countMessages(world)) >= accepted, 30_000);
  },
  heal: async ({ world }) => {
    await world.stores.rabbitmqctl(["set_vm_memory_high_watermark", "0.4"]);
  },
  expectations: () => expect(accepted).toBeGreaterThan(0),
});
