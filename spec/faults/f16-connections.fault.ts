/** MySQL takes few connections: who comes too late waits a little and is told so, and none is leaked. */
import { expect } from "@jest/globals";
import { administer, canAdminister } from "../support/mysql-admin.ts";
import { waitUntil } from "../support/wait-until.ts";
import { runRow, type Scene } from "./run-row.ts";

/** Fewer than read-service's pools may have together. */
const few = 10;
const many = 151;
const atOnce = 50;
const statuses = new Set<number>();

async function readAtOnce({ ask, load }: Scene): Promise<void> {
  const { token, chat } = load.parents[0] ?? { token: "", chat: 0 };
  const paths = [`/${token}`, `/${token}/chats/${chat}`, `/${token}/chats/${chat}/messages?limit=1`];
  const asked = Array.from({ length: atOnce }, (_, i) => ask("GET", paths[i % paths.length] ?? ""));
  for (const { status } of await Promise.all(asked)) statuses.add(status);
}

runRow({
  id: "F16",
  title: "MySQL has too few connections",
  world: { own: ["mysql"], proxied: ["read-mysql"] },
  lacking: canAdminister ? undefined : "only root may change MariaDB's limits",
  async fault(scene) {
    await administer(scene.world, `SET GLOBAL max_connections = ${few}`);
    // Connections that are there stay whatever the limit.
    scene.world.proxy("read-mysql").cut();
    for (let i = 0; i < 5; i += 1) await readAtOnce(scene);
  },
  async heal({ world }) {
    const proxy = world.proxy("read-mysql");
    // All are taken: even root gets none until some are given back.
    proxy.refuse();
    await waitUntil(() => administer(world, `SET GLOBAL max_connections = ${many}`).then(() => true));
    proxy.heal();
  },
  async expectations({ world }) {
    expect([200, 503]).toEqual(expect.arrayContaining([...statuses]));
    const [rows] = (await world.db.raw("SHOW GLOBAL STATUS LIKE 'Threads_connected'")) as [
      { Value: string }[],
    ];
    // Two pools of read-service, and the checker's own.
    expect(Number(rows[0]?.Value)).toBeLessThanOrEqual(10 + 16 + 4);
  },
});
