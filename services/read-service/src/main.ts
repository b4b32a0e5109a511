/** Composition root of read-service: persists, serves reads and edits, indexes, flushes counts, recovers the ledger. */
import { setTimeout as pause } from "node:timers/promises";
import { connectAccess } from "@parley/common/access";
import { createVerifyAccessToken, fetchedKeys } from "@parley/common/access-token";
import { createOperatorGuard } from "@parley/common/auth";
import { connectBroker } from "@parley/common/broker";
import { createCallers } from "@parley/common/callers";
import { httpOptions } from "@parley/common/config";
import { startEpochs } from "@parley/common/epochs";
import { connectFigures } from "@parley/common/figures";
import { createReadFact } from "@parley/common/read-fact";
import { createHttpApp, listen } from "@parley/common/http";
import { connectLedger } from "@parley/common/ledger";
import { createLogger, type Logger } from "@parley/common/log";
import { listStoreFaults } from "@parley/common/mysql-faults";
import { createReadiness } from "@parley/common/readiness";
import { createClosers, runUntilSignalled } from "@parley/common/shutdown";
import { createRefuseUnsafe } from "@parley/common/unsafe-stores";
import { createAnnounceLater } from "./announce.ts";
import { createApp } from "./app.ts";
import { readServiceConfig, searchOptions, type Config } from "./config.ts";
import { createDb } from "@parley/common/db";
import { createLoadFact } from "./facts.ts";
import { createLookAtFigures } from "./look-at-figures.ts";
import { createPending } from "./pending.ts";
import { ensureShards, listEpochs } from "./queries/epochs.ts";
import { connectSearch } from "./search/connect.ts";
import { startWorker } from "./worker.ts";

const declareMs = 3000;

/** While the broker is away reads are served all the same; the recovery declares the queues again. */
async function declareInTime(declared: Promise<void>, log: Logger): Promise<void> {
  const late = pause(declareMs).then(() => {
    declared.catch((err: unknown) => log.warn({ err }, "queues not declared yet"));
  });
  await Promise.race([declared, late]);
}

export async function start(config: Config) {
  const log = createLogger("read-service", config.LOG_LEVEL);
  const closers = createClosers(log);
  const operator = createOperatorGuard({
    operatorKey: config.OPERATOR_KEY,
    bind: config.PARLEY_BIND,
    openApplications: config.OPEN_APPLICATIONS,
  });

  const refuseUnsafe = createRefuseUnsafe({ allowed: config.ALLOW_UNSAFE_STORES, log });
  // Requests give up early; the worker's large transactions may take longer.
  const db = createDb({ url: config.MYSQL_URL, poolSize: 10, queryTimeoutMs: 3000 });
  closers.add("db", () => db.destroy());
  refuseUnsafe(await listStoreFaults(db));
  await ensureShards(db, config.SHARDS);
  const ledger = connectLedger({ url: config.REDIS_URL, log, refuseUnsafe });
  closers.add("ledger", () => ledger.stop());
  const broker = await connectBroker({ url: config.RABBITMQ_URL, log, refuseUnsafe });
  closers.add("broker", () => broker.stop());
  const figures = connectFigures({ url: config.REDIS_URL, log, refuseUnsafe });
  closers.add("figures", () => figures.stop());
  const { count } = figures;
  await Promise.all([ledger.answered, broker.answered]);
  const options = searchOptions(config);
  const search = options && connectSearch({ ...options, log });
  closers.add("search", () => search?.stop());
  const epochs = startEpochs({ fetchEpochs: () => listEpochs(db), log });
  closers.add("epochs", () => epochs.stop());

  if (config.ROLE !== "api") {
    const workerDb = createDb({ url: config.MYSQL_URL, poolSize: 16, queryTimeoutMs: 30_000 });
    closers.add("worker db", () => workerDb.destroy());
    await declareInTime(broker.declare(config.SHARDS, search !== undefined), log);
    closers.add(
      "worker",
      startWorker({ db: workerDb, ledger, broker, epochs, search, shards: config.SHARDS, log, count }),
    );
  }

  const readiness = createReadiness({ ledger, broker, epochs });
  const createApi = () => {
    const stores = { db, pending: createPending({ ledger, epochs }) };
    const loadFact = createLoadFact(stores);
    const access = connectAccess({ url: config.REDIS_URL, log, refuseUnsafe });
    closers.add("access", () => access.stop());
    const verify = createVerifyAccessToken(fetchedKeys(config.ACCOUNT_SERVICE_URL));
    return createApp({
      stores,
      access,
      loadFact,
      callers: createCallers({
        readFact: createReadFact({ access, load: loadFact, log }),
        verify,
        serverKey: config.SERVER_KEY,
      }),
      ledger,
      epochs,
      search,
      announce: createAnnounceLater({ db, broker, ledger, epochs, log }),
      operator,
      serverKey: config.SERVER_KEY,
      operatorKey: config.OPERATOR_KEY,
      lookAtFigures: createLookAtFigures({
        db,
        ledger,
        broker,
        search,
        figures,
        shards: config.SHARDS,
        log,
      }),
      count,
      readiness,
      http: httpOptions(config),
      log,
    });
  };
  const app = config.ROLE === "worker" ? createHttpApp({ log, routes: [], readiness, count }) : createApi();
  // What comes before the epochs are known is refused.
  await epochs.asked;
  const server = await listen(app, config.PORT, config.HOST);
  closers.add("http", () => server.stop());
  return { port: server.port, stop: closers.close, log };
}

if (import.meta.main) {
  const config = readServiceConfig();
  runUntilSignalled(() => start(config), config.SHUTDOWN_TIMEOUT_MS);
}
