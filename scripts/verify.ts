/** `npm run verify`: looks through everything for records that are missing, doubled or miscounted; --search: and the index. */
import { verify, type Report } from "../services/read-service/src/verify.ts";
import { createBar } from "./progress.ts";
import { runWithStores, type Stores } from "./stores.ts";

const FAULTS_SHOWN = 20;

function show(report: Report, withSearch: boolean): void {
  const { faults, applications, chats, chatNumbers, messageNumbers, pending, parked } = report;
  const amount = (kind: string): number => faults.filter((fault) => fault.kind === kind).length;
  console.table({
    applications: { amount: applications },
    chats: { amount: chats },
    "chat numbers given": { amount: chatNumbers },
    "message numbers given": { amount: messageNumbers },
    "of these pending": { amount: pending },
    "of these void": { amount: report.void },
    parked: { amount: parked },
    "faults: missing": { amount: amount("missing") },
    "faults: doubled": { amount: amount("doubled") },
    "faults: miscounted": { amount: amount("miscounted") },
    ...(withSearch && { "faults: not indexed": { amount: amount("not indexed") } }),
  });
  for (const { kind, detail } of faults.slice(0, FAULTS_SHOWN)) console.log(`${kind}: ${detail}`);
  if (faults.length > FAULTS_SHOWN) console.log(`… and ${faults.length - FAULTS_SHOWN} more`);
  if (parked > 0) console.log("npm run parked lists what is parked.");
  console.log(faults.length === 0 ? "Everything is there, once." : `${faults.length} faults.`);
}

async function run({ db, ledger, search }: Stores): Promise<number> {
  const withSearch = process.argv.includes("--search");
  if (withSearch && !search) throw new Error("there is no search index to compare: set ELASTICSEARCH_URL");
  const bar = createBar("looked through");
  try {
    const report = await verify({
      db,
      ledger,
      search: withSearch ? search : undefined,
      onProgress: (done, total, faults) => bar.show(done, total, `${faults} faults`),
      // The index comes after everything else.
      pausesMs: withSearch ? [1000, 10_000] : [500, 2000],
    });
    bar.clear();
    show(report, withSearch);
    return report.faults.length === 0 ? 0 : 1;
  } finally {
    bar.clear();
  }
}

await runWithStores(run);
