/** Elasticsearch has too much to do and refuses writes by 429: they come again later, and nothing is left out. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "@jest/globals";
import { runRow, type Scene } from "./run-row.ts";

const crowd = 16;
const documents = 500;
let refusing = true;
let crowding: Promise<unknown> = Promise.resolve();

/** Takes the one place in the queue, again and again, by writes of its own to another index. */
async function crowdOut({ world }: Scene): Promise<void> {
  const node = world.stores.urls.elasticsearch ?? "";
  const text = "word ".repeat(400);
  const body = `${JSON.stringify({ index: {} })}\n${JSON.stringify({ text })}\n`.repeat(documents);
  const headers = { "Content-Type": "application/x-ndjson" };
  while (refusing) {
    const reply = await fetch(`${node}/crowd/_bulk`, { method: "POST", headers, body });
    await reply.arrayBuffer();
  }
  await fetch(`${node}/crowd`, { method: "DELETE" });
}

runRow({
  id: "F20",
  title: "Elasticsearch refuses writes by 429",
  world: {
    own: ["elasticsearch"],
    searchSettings: ["thread_pool.write.size: 1", "thread_pool.write.queue_size: 1"],
  },
  fault(scene) {
    crowding = Promise.all(Array.from({ length: crowd }, () => crowdOut(scene)));
  },
  async heal() {
    refusing = false;
    await crowding;
  },
  expectations({ world }) {
    const log = readFileSync(join(world.dataFolder, "logs", "read-service.log"), "utf8");
    expect(log).toMatch(/es_rejected_execution_exception.*does not take documents now/);
  },
});
