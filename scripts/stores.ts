/** The stores that a script looks into: those in the environment, else those of the native product. */
import { setTimeout as sleep } from "node:timers/promises";
import { connectLedger } from "@parley/common/ledger";
import { createLogger } from "@parley/common/log";
import { readStoresConfig, searchOptions } from "../services/read-service/src/config.ts";
import { createDb } from "../services/common/src/db.ts";
import { connectSearch } from "../services/read-service/src/search/connect.ts";

const CONNECT_MS = 5000;
const LONGEST_QUERY_MS = 600_000;

export type Stores = Awaited<ReturnType<typeof connectStores>>;

async function findEnv(): Promise<NodeJS.ProcessEnv> {
  const { env } = process;
  if (env["MYSQL_URL"] || env["MYSQL_URL_FILE"]) return env;
  // Only here: a container has neither these files nor a product of its own.
  const { nativeStores } = await import("./native-stores.ts");
  // First, since it reads .env.
  const stores = nativeStores();
  return { ...process.env, ...stores };
}

/** @throws Error when nothing is there to look into */
export async function connectStores() {
  const config = readStoresConfig(await findEnv());
  const log = createLogger("scripts", "warn");
  const db = createDb({ url: config.MYSQL_URL, poolSize: 8, queryTimeoutMs: LONGEST_QUERY_MS });
  const ledger = connectLedger({ url: config.REDIS_URL, log, refuseUnsafe: () => undefined });
  const options = searchOptions(config);
  const search = options && connectSearch({ ...options, log });
  const close = async (): Promise<void> => {
    await Promise.all([db.destroy(), ledger.stop(), search?.stop()]);
    log.flush();
  };
  for (const end = Date.now() + CONNECT_MS; !ledger.isConnected(); await sleep(20)) {
    if (Date.now() < end) continue;
    await close();
    throw new Error("Redis does not answer.");
  }
  return { db, ledger, search, log, close };
}

/** Runs a script to its exit code; 2 when it could not be done at all. */
export async function runWithStores(act: (stores: Stores) => Promise<number>): Promise<void> {
  try {
    const stores = await connectStores();
    try {
      process.exitCode = await act(stores);
    } finally {
      await stores.close();
    }
  } catch (error) {
    console.error(`Cannot be done now: ${(error as Error).message}`);
    process.exitCode = 2;
  }
}
