/** MySQL becomes read-only, as a primary does that steps down: nothing is acknowledged before its COMMIT on the next one. */
import { expect } from "@jest/globals";
import { administer, canAdminister } from "../support/mysql-admin.ts";
import { waitUntil } from "../support/wait-until.ts";
import { runRow, type Scene } from "./run-row.ts";

let refused = 0;

async function countMessages({ world }: Scene): Promise<number> {
  const [row]: { n: number }[] = await world.db("messages").count({ n: "*" });
  return row?.n ?? 0;
}

async function countConnections({ world }: Pick<Scene, "world">): Promise<number> {
  const [rows] = (await world.db.raw("SHOW GLOBAL STATUS LIKE 'Connections'")) as [{ Value: string }[]];
  return Number(rows[0]?.Value);
}

runRow({
  id: "F15",
  title: "MySQL is read-only for a while",
  world: { own: ["mysql"], proxied: ["read-mysql"] },
  lacking: canAdminister ? undefined : "only root may make MariaDB read-only",
  async fault(scene) {
    const { world, load, ask } = scene;
    await administer(world, "SET GLOBAL read_only = 1");
    const { token, chat } = load.parents[0] ?? { token: "", chat: 0 };
    const edit = { body: { message_content: "edited" } };
    refused = (await ask("PATCH", `/${token}/chats/${chat}/messages/1`, edit)).status;
    const [stored, connected] = [await countMessages(scene), await countConnections(scene)];
    await load.acknowledged(50);
    expect(await countMessages(scene)).toBe(stored);
    // No connection is kept to a server that may never take writes again.
    await waitUntil(async () => (await countConnections(scene)) > connected);
  },
  async heal({ world }) {
    await administer(world, "SET GLOBAL read_only = 0");
    world.proxy("read-mysql").cut();
  },
  expectations: () => expect(refused).toBe(503),
});
