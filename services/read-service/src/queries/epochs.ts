/** The shards' epochs and the recovery's barriers in MySQL. */
import type { ShardEpoch } from "@parley/common/records";
import type { Fence } from "@parley/common/ledger";
import type { Knex } from "knex";

type Row = {
  shard: number;
  epoch: number;
  bound_epoch: number;
  state: ShardEpoch["state"];
  changed_at: Date;
};

/** In order of shard. */
export async function listEpochs(db: Knex): Promise<ShardEpoch[]> {
  return db<Row>("seq_epoch").select("shard", "epoch", "state").orderBy("shard");
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
 * Begins a recovery, unless another leader has: the compare-and-set is durable before anything else happens.
 * Undefined when the epoch is no longer `from`.
 */
export async function raiseEpoch(
  db: Knex,
  { shard, epoch: from }: Fence,
): Promise<{ boundEpoch: number } | undefined> {
  const raised = await db("seq_epoch")
    .where({ shard, epoch: from })
    .update({ epoch: from + 1, state: "recovering", changed_at: new Date() });
  if (raised === 0) return undefined;
  const row = await db<Row>("seq_epoch").where({ shard }).first();
  return { boundEpoch: row?.bound_epoch ?? 0 };
}

/** Opens a recovered epoch; false when it is over already. */
export async function openEpoch(db: Knex, { shard, epoch }: Fence): Promise<boolean> {
  const opened = await db("seq_epoch")
    .where({ shard, epoch, state: "recovering" })
    .update({ state: "open", bound_epoch: epoch, changed_at: new Date() });
  await db("barriers").where({ shard }).where("epoch", "<=", epoch).delete();
  return opened === 1;
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
