/** `npm run parked`: lists what could not be stored or indexed; `-- --replay [uid]` does it now. */
import { parseArgs } from "node:util";
import { shardOf, type ParleyRecord } from "@parley/common/records";
import { listEpochs } from "../services/read-service/src/queries/epochs.ts";
import { listParked, type Parked } from "../services/read-service/src/queries/parked.ts";
import { listRefusals, type StoredRefusal } from "../services/read-service/src/queries/search-refusals.ts";
import { replayParked } from "../services/read-service/src/replay-parked.ts";
import { replayRefusals } from "../services/read-service/src/search/replay-refusals.ts";
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

async function* pagesOfRefusals({ db }: Stores): AsyncGenerator<StoredRefusal[]> {
  for (let after = { chatId: 0, number: 0 }; ;) {
    const page = await listRefusals(db, { after, limit: PAGE });
    const last = page.at(-1);
    if (last === undefined) return;
    yield page;
    after = last;
  }
}

function describeRecord(record: ParleyRecord): string {
  if (record.kind === "application") return `application ${record.token}`;
  if (record.kind === "chat") return `chat ${record.number} in ${record.token}`;
  return describeMessage(record);
}
const describeMessage = ({ number, token, chat }: { number: number; token: string; chat: number }): string =>
  `message ${number} in ${token} / ${chat}`;

async function list(stores: Stores): Promise<number> {
  let [records, refusals] = [0, 0];
  for await (const { record, reason, parkedAt } of listAll(stores)) {
    records += 1;
    console.log(`${record.uid}  ${describeRecord(record)}`);
    console.log(`  since ${parkedAt.toISOString()}: ${reason}`);
  }
  for await (const page of pagesOfRefusals(stores)) {
    refusals += page.length;
    for (const { reason, refusedAt, ...message } of page) {
      console.log(`not in the search index  ${describeMessage(message)}`);
      console.log(`  since ${refusedAt.toISOString()}: ${reason}`);
    }
  }
  if (refusals > 0) console.log(`${refusals} not in the search index: search reads them from MySQL.`);
  if (records > 0) console.log(`${records} parked.`);
  console.log(records + refusals === 0 ? "Nothing is parked." : "Try again: npm run parked -- --replay");
  return 0;
}

async function replayRecords(stores: Stores, uid: string | undefined): Promise<number> {
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
  return left;
}

async function replayIndex(stores: Stores): Promise<number> {
  let [indexed, left] = [0, 0];
  for await (const page of pagesOfRefusals(stores)) {
    const name = await stores.search?.indexes.findCurrent();
    if (!stores.search || name === undefined) throw new Error("there is no search index");
    const refused = await replayRefusals({ db: stores.db, index: stores.search.at(name) }, page);
    left += refused.length;
    indexed += page.length - refused.length;
    const reasons = new Map(refused.map(({ chatId, number, reason }) => [`${chatId}:${number}`, reason]));
    for (const { chatId, ...message } of page) {
      const reason = reasons.get(`${chatId}:${message.number}`);
      if (reason !== undefined) console.log(`${describeMessage(message)}  still refused: ${reason}`);
    }
  }
  if (indexed + left > 0) console.log(`${indexed} indexed, ${left} still not in the search index.`);
  return left;
}

async function replay(stores: Stores, uid: string | undefined): Promise<number> {
  let left = await replayRecords(stores, uid);
  if (uid === undefined) left += await replayIndex(stores);
  return left === 0 ? 0 : 1;
}

const { values, positionals } = parseArgs({
  options: { replay: { type: "boolean", default: false } },
  allowPositionals: true,
});
await runWithStores((stores) => (values.replay ? replay(stores, positionals[0]) : list(stores)));
