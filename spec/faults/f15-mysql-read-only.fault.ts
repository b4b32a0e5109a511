/** MySQL becomes read-only and cuts its connections, as a primary does that steps down: nothing is acknowledged before its COMMIT on the next one. */
import { expect } from "@jest/globals";
import { administer, canAdminister } from "../support/mysql-admin.ts";
import { runRow } from "./run-row.ts";

let stored = 0;
let refused = 0;

runRow({
  id: "F15",
  title: "MySQL is read-only for a while",
  world: { own: ["mysql"], proxied: ["read-mysql"] },
  lacking: canAdminister ? undefined : "only root may make MariaDB read-only",
  async fault({ world, load, ask }) {
    await administer(world, "SET GLOBAL read_only = 1");
    world.proxy("read-mysql").cut();
    const { token, chat } = load.parents[0] ?? { token: "", chat: 0 };
    const edit = { body: { message_content: "edited" } };
    refused = (await ask("PATCH", `/${token}/chats/${chat}/messages/1`, edit)).status;
    const [row]: { n: number }[] = await world.db("messages").count({ n: "*" });
    stored = row?.n ?? 0;
    await load.acknowledged(50);
    const [later]: { n: number }[] = await world.db("messages").count({ n: "*" });
    expect(later?.n).toBe(stored);
  },
  async heal({ world }) {
    await administer(world, "SET GLOBAL read_only = 0");
    world.proxy("read-mysql").cut();
  },
  expectations: () => expect(refused).toBe(503),
});
