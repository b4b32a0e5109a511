/** `npm run parked`: lists records that could not be stored; `-- --replay [uid]` stores them now. */
import { parseArgs } from "node:util";
import { shardOf, type ParleyRecord } from "@parley/common/records";
import { listEpochs } from "../services/read-service/src/queries/epochs.ts";
import { listParked, type Parked } from "../services/read-service/src/queries/parked.ts";
import { replayParked } from "../services/read-service/src/replay-parked.ts";
import { runWithStores, type Stores } from "./stores.ts";

const PAGE = 200;

async function* listAll({ db }: Stores): AsyncGenerator<Parked> {
  for (let after = ""; ;) {
    const page = await listParked(db, { after, limit: PAGE });
    yield* page;
    const last = page.at(-1);
    if (last === undefined) return;
    after = last.uid;
  }
}

function describePlace(record: ParleyRecord): string {
  return record.kind === "message" ? `${record.token} / ${record.chat}` : record.token;
}

async function list(stores: Stores): Promise<number> {
  let total = 0;
  for await (const { record, reason, parkedAt } of listAll(stores)) {
    total += 1;
    const number = record.kind === "application" ? "" : ` ${record.number}`;
    console.log(`${record.uid}  ${record.kind}${number} in ${describePlace(record)}`);
    console.log(`  since ${parkedAt.toISOString()}: ${reason}`);
  }
  console.log(total === 0 ? "Nothing is parked." : `${total} parked. Store them: npm run parked -- --replay`);
  return 0;
}

async function replay(stores: Stores, uid: string | undefined): Promise<number> {
  const epochs = await listEpochs(stores.db);
  let [stored, left] = [0, 0];
  for await (const { record } of listAll(stores)) {
    if (uid !== undefined && record.uid !== uid) continue;
    const fence = epochs[shardOf(record.token, epochs.length)];
    if (!fence) throw new Error("the numbering is not set up");
    const { reason } = await replayParked(stores, fence, record);
    if (reason === undefined) stored += 1;
    else left += 1;
    console.log(`${record.uid}  ${reason === undefined ? "stored" : `still parked: ${reason}`}`);
  }
  console.log(`${stored} stored, ${left} still parked.`);
  if (uid !== undefined && stored + left === 0) throw new Error(`nothing is parked under ${uid}`);
  return left === 0 ? 0 : 1;
}

const { values, positionals } = parseArgs({
  options: { replay: { type: "boolean", default: false } },
  allowPositionals: true,
});
await runWithStores((stores) => (values.replay ? replay(stores, positionals[0]) : list(stores)));
