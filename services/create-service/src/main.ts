/** Composition root of create-service: numbers from the ledger, records to the broker, nothing from MySQL. */
import { connectAccess } from "@parley/common/access";
import { createVerifyAccessToken, fetchedKeys } from "@parley/common/access-token";
import { createOperatorGuard } from "@parley/common/auth";
import { httpOptions } from "@parley/common/config";
import { connectBroker } from "@parley/common/broker";
import { createCallers } from "@parley/common/callers";
import { defaultToken } from "@parley/common/default-application";
import { startEpochs } from "@parley/common/epochs";
import { connectFigures } from "@parley/common/figures";
import { createReadFact } from "@parley/common/read-fact";
import { listen } from "@parley/common/http";
import { connectLedger } from "@parley/common/ledger";
import { createLogger } from "@parley/common/log";
import { createReadiness } from "@parley/common/readiness";
import { createClosers, runUntilSignalled } from "@parley/common/shutdown";
import { createRefuseUnsafe } from "@parley/common/unsafe-stores";
import { createApp } from "./app.ts";
import { readServiceConfig, type Config } from "./config.ts";
import { makeDefaultApplication } from "./default-application.ts";
import { createGroupCommit } from "./group-commit.ts";
import { createLearn } from "./learn.ts";
import { connectReadService } from "./read-service.ts";

export async function start(config: Config) {
  const log = createLogger("create-service", config.LOG_LEVEL);
  const closers = createClosers(log);
  const operator = createOperatorGuard({
    operatorKey: config.OPERATOR_KEY,
    bind: config.PARLEY_BIND,
    openApplications: config.OPEN_APPLICATIONS,
  });

  const refuseUnsafe = createRefuseUnsafe({ allowed: config.ALLOW_UNSAFE_STORES, log });
  const outboxBytes = config.OUTBOX_LIMIT_MB * 1024 * 1024;
  const ledger = connectLedger({ url: config.REDIS_URL, outboxBytes, log, refuseUnsafe });
  closers.add("ledger", () => ledger.stop());
  const broker = await connectBroker({ url: config.RABBITMQ_URL, log, refuseUnsafe });
  closers.add("broker", () => broker.stop());
  const readService = connectReadService(config.READ_SERVICE_URL);
  const access = connectAccess({ url: config.REDIS_URL, log, refuseUnsafe });
  closers.add("access", () => access.stop());
  await Promise.all([ledger.answered, broker.answered, access.answered]);
  const { count, stop: stopFigures } = connectFigures({ url: config.REDIS_URL, log, refuseUnsafe });
  closers.add("figures", stopFigures);
  const verify = createVerifyAccessToken(fetchedKeys(config.ACCOUNT_SERVICE_URL));
  const readFact = createReadFact({ access, load: readService.loadFact, log });
  const callers = createCallers({ readFact, verify, serverKey: config.SERVER_KEY });
  const epochs = startEpochs({ fetchEpochs: () => readService.fetchEpochs(), log });
  closers.add("epochs", () => epochs.stop());

  const readiness = createReadiness({ ledger, broker, epochs });
  const commit = createGroupCommit({ ledger, broker, epochs, readService, log, count });
  const app = createApp({
    commit,
    callers,
    learn: createLearn(access, log),
    readService,
    epochs,
    serverKey: config.SERVER_KEY,
    operator,
    readiness,
    http: httpOptions(config),
    count,
    log,
  });
  // What comes before the epochs are known is refused.
  await epochs.asked;
  if (config.DEFAULT_APPLICATION !== undefined) {
    const token = defaultToken(config.SERVER_KEY);
    const making = makeDefaultApplication(commit, { token, name: config.DEFAULT_APPLICATION, log });
    closers.add("default application", () => making.stop());
  }
  const server = await listen(app, config.PORT, config.HOST);
  closers.add("http", () => server.stop());
  return { port: server.port, stop: closers.close, log };
}

if (import.meta.main) {
  const config = readServiceConfig();
  runUntilSignalled(() => start(config), config.SHUTDOWN_TIMEOUT_MS);
}
