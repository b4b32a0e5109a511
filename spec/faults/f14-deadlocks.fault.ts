/**
 * A stranger locks chats in the opposite order, and keeps them for a while. It has written much, so that MySQL lets it win
 * the deadlocks: the product's transactions are tried again as a whole.
 */
import { setTimeout as pause } from "node:timers/promises";
import { expect } from "@jest/globals";
import { runRow, type Scene } from "./run-row.ts";

const heldMs = 400;
const rowsOfStranger = 2000;
let isOver = false;
let lostByStranger = 0;
let deadlocksBefore = 0;
let stranger: Promise<void> = Promise.resolve();

const isLockFailure = (err: unknown): boolean =>
  ["ER_LOCK_DEADLOCK", "ER_LOCK_WAIT_TIMEOUT"].includes((err as { code?: string }).code ?? "");

async function lockBackwards({ world }: Scene): Promise<void> {
  const ids: { id: number }[] = await world.db("chats").select("id").orderBy("id", "desc");
  const rows = Array.from({ length: rowsOfStranger }, (_, n) => ({ n }));
  while (!isOver) {
    const trx = await world.db.transaction();
    try {
      await trx("stranger").insert(rows);
      for (const { id } of ids) {
        await trx("chats").where({ id }).forUpdate().first();
      }
      await pause(heldMs);
    } catch (err) {
      if (!isLockFailure(err)) throw err;
      lostByStranger += 1;
    }
    await trx.rollback();
    await pause(50);
  }
}

async function countDeadlocks({ world }: Pick<Scene, "world">): Promise<number> {
  const [rows] = (await world.db.raw("SHOW GLOBAL STATUS LIKE 'Innodb_deadlocks'")) as [{ Value: string }[]];
  return Number(rows[0]?.Value);
}

runRow({
  id: "F14",
  title: "transactions meet a stranger's locks",
  world: { own: ["mysql"] },
  async fault(scene) {
    await scene.world.db.raw("CREATE TABLE stranger (n INT NOT NULL) ENGINE = InnoDB");
    deadlocksBefore = await countDeadlocks(scene);
    stranger = lockBackwards(scene);
    stranger.catch(() => undefined);
  },
  async heal() {
    isOver = true;
    await stranger;
  },
  async expectations(result) {
    const lostByProduct = (await countDeadlocks(result)) - deadlocksBefore - lostByStranger;
    process.stderr.write(
      `  deadlocks lost by the product ${lostByProduct}, by the stranger ${lostByStranger}\n`,
    );
    expect(lostByProduct).toBeGreaterThan(0);
  },
});
