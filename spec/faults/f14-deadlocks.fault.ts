/** A stranger locks chats in the opposite order, and keeps them for a while: transactions are tried again as a whole. */
import { setTimeout as pause } from "node:timers/promises";
import { expect } from "@jest/globals";
import { runRow, type Scene } from "./run-row.ts";

const heldMs = 400;
let isOver = false;
let deadlocks = 0;
let stranger: Promise<void> = Promise.resolve();

const isDeadlock = (err: unknown): boolean => (err as { code?: string }).code === "ER_LOCK_DEADLOCK";

async function lockBackwards({ world }: Scene): Promise<void> {
  const ids: { id: number }[] = await world.db("chats").select("id").orderBy("id", "desc");
  while (!isOver) {
    try {
      await world.db.transaction(async (trx) => {
        for (const { id } of ids) {
          await trx("chats").where({ id }).forUpdate().first();
        }
        await pause(heldMs);
      });
    } catch (err) {
      if (!isDeadlock(err)) throw err;
      deadlocks += 1;
    }
    await pause(50);
  }
}

async function readLockWaits({ world }: Pick<Scene, "world">): Promise<number> {
  const [rows] = (await world.db.raw("SHOW GLOBAL STATUS LIKE 'Innodb_row_lock_waits'")) as [
    { Value: string }[],
  ];
  return Number(rows[0]?.Value);
}
let waitsBefore = 0;

runRow({
  id: "F14",
  title: "transactions meet a stranger's locks",
  world: { own: ["mysql"] },
  async fault(scene) {
    waitsBefore = await readLockWaits(scene);
    stranger = lockBackwards(scene);
  },
  async heal() {
    isOver = true;
    await stranger;
  },
  async expectations(result) {
    const waits = (await readLockWaits(result)) - waitsBefore;
    process.stderr.write(`  ${waits} waits for locks, ${deadlocks} deadlocks that the stranger lost\n`);
    expect(waits).toBeGreaterThan(10);
  },
});
