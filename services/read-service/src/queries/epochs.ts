/** The shards' epochs and the recovery's barriers in MySQL. */
import type { ShardEpoch } from "@parley/common/records";
import type { Fence } from "@parley/common/ledger";
import type { Knex } from "knex";
import { inTransaction } from "@parley/common/db";

type Row = {
  shard: number;
  epoch: number;
  bound_epoch: number;
  state: ShardEpoch["state"];
  note: string;
  changed_at: Date;
};

/** In order of shard. */
export async function listEpochs(db: Knex): Promise<ShardEpoch[]> {
  return db<Row>("seq_epoch").select("shard", "epoch", "state", "note", "changed_at").orderBy("shard");
}

/**
 * Makes the rows at first start.
 * @throws Error when there are rows for another number of shards: applications would change their shard
 */
export async function ensureShards(db: Knex, shards: number): Promise<void> {
  const rows = Array.from({ length: shards }, (_, shard) => ({
    shard,
    epoch: 0,
    bound_epoch: 0,
    state: "recovering",
    note: "",
    changed_at: new Date(),
  }));
  const count = async (): Promise<number> => (await listEpochs(db)).length;
  if ((await count()) === 0) await db("seq_epoch").insert(rows).onConflict("shard").ignore();
  const made = await count();
  if (made !== shards) {
    throw new Error(`SHARDS=${shards}, but this database was made with ${made}: set SHARDS=${made}.`);
  }
}

/**
 * Begins a recovery, unless another leader has: the new epoch is durable before anything else happens.
 * Undefined when the epoch is no longer `from`.
 */
export async function raiseEpoch(
  db: Knex,
  { shard, epoch: from }: Fence,
  note: string,
): Promise<{ boundEpoch: number } | undefined> {
  return inTransaction(db, async (trx) => {
    const row = await lockEpoch(trx, shard);
    if (row?.epoch !== from) return undefined;
    await trx("seq_epoch")
      .where({ shard })
      .update({ epoch: from + 1, state: "recovering", note, changed_at: new Date() });
    return { boundEpoch: row.bound_epoch };
  });
}

/** Says how far a recovery is; false when it is another leader's, or over. */
export async function noteRecovery(db: Knex, fence: Fence, note: string): Promise<boolean> {
  return inTransaction(db, async (trx) => {
    if (!isRecovering(await lockEpoch(trx, fence.shard), fence)) return false;
    await trx("seq_epoch").where({ shard: fence.shard }).update({ note });
    return true;
  });
}

/** Opens a recovered epoch; false when it is over already. */
export async function openEpoch(db: Knex, fence: Fence): Promise<boolean> {
  const { shard, epoch } = fence;
  return inTransaction(db, async (trx) => {
    if (!isRecovering(await lockEpoch(trx, shard), fence)) return false;
    await trx("seq_epoch")
      .where({ shard })
      .update({ state: "open", bound_epoch: epoch, note: "", changed_at: new Date() });
    await trx("barriers").where({ shard }).where("epoch", "<=", epoch).delete();
    return true;
  });
}

const lockEpoch = (trx: Knex.Transaction, shard: number): Promise<Row | undefined> =>
  trx<Row>("seq_epoch").where({ shard }).forUpdate().first();

const isRecovering = (row: Row | undefined, { epoch }: Fence): boolean =>
  row?.epoch === epoch && row.state === "recovering";

/** The shard's epoch now, whatever its state. */
export async function findEpoch(db: Knex, shard: number): Promise<ShardEpoch | undefined> {
  return (await listEpochs(db)).find((one) => one.shard === shard);
}

/** Whether the epoch is in that state; it stays so until the transaction ends. */
export async function holdEpoch(
  trx: Knex.Transaction,
  { shard, epoch }: Fence,
  state: ShardEpoch["state"],
): Promise<boolean> {
  const row = await trx<Row>("seq_epoch").where({ shard }).forShare().first();
  return row?.epoch === epoch && row.state === state;
}

export async function insertBarrier(trx: Knex.Transaction, barrier: Fence & { id: string }): Promise<void> {
  const { id, shard, epoch } = barrier;
  await trx("barriers").insert({ id, shard, epoch, passed_at: new Date() }).onConflict("id").ignore();
}

export async function hasBarrier(db: Knex, id: string): Promise<boolean> {
  return (await db("barriers").where({ id }).first()) !== undefined;
}
