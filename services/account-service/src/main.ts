/** Composition root of account-service: users, their sessions and profiles, synchronously in MySQL. */
import { connectAccess } from "@parley/common/access";
import { createVerifyAccessToken } from "@parley/common/access-token";
import { httpOptions } from "@parley/common/config";
import { createDb } from "@parley/common/db";
import { connectFigures } from "@parley/common/figures";
import { listen } from "@parley/common/http";
import { connectLimits } from "@parley/common/limits";
import { createLogger } from "@parley/common/log";
import { listStoreFaults } from "@parley/common/mysql-faults";
import { createClosers, runUntilSignalled } from "@parley/common/shutdown";
import { createRefuseUnsafe } from "@parley/common/unsafe-stores";
import { startAccessKeys } from "./access-keys.ts";
import { createApp } from "./app.ts";
import { readServiceConfig, type Config } from "./config.ts";
import { createLoginLimits } from "./login-limits.ts";
import { connectReadService } from "./read-service.ts";

export async function start(config: Config) {
  const log = createLogger("account-service", config.LOG_LEVEL);
  const closers = createClosers(log);
  const refuseUnsafe = createRefuseUnsafe({ allowed: config.ALLOW_UNSAFE_STORES, log });
  const db = createDb({ url: config.MYSQL_URL, poolSize: 10, queryTimeoutMs: 3000 });
  closers.add("db", () => db.destroy());
  refuseUnsafe(await listStoreFaults(db));
  const limits = connectLimits({ url: config.REDIS_URL, log, refuseUnsafe });
  closers.add("limits", () => limits.stop());
  const access = connectAccess({ url: config.REDIS_URL, log, refuseUnsafe });
  closers.add("access", () => access.stop());
  const { count, stop: stopFigures } = connectFigures({ url: config.REDIS_URL, log, refuseUnsafe });
  closers.add("figures", stopFigures);
  await access.answered;
  const keys = await startAccessKeys(config.ACCESS_KEYS_FILE, log);
  closers.add("keys", () => keys.stop());

  const app = createApp({
    db,
    access,
    keys,
    verify: createVerifyAccessToken(keys.verify),
    limits: createLoginLimits(limits.store),
    readService: connectReadService(config.READ_SERVICE_URL),
    serverKey: config.SERVER_KEY,
    readiness: () => (access.isConnected() ? [] : ["Redis is out of reach"]),
    http: httpOptions(config),
    count,
    log,
  });
  const server = await listen(app, config.PORT, config.HOST);
  closers.add("http", () => server.stop());
  return { port: server.port, stop: closers.close, log };
}

if (import.meta.main) {
  const config = readServiceConfig();
  runUntilSignalled(() => start(config), config.SHUTDOWN_TIMEOUT_MS);
}
