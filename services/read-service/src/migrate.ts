/** Applies the migrations and ends: run before the service starts. */
import { createLogger } from "@parley/common/log";
import { createRefuseUnsafe } from "@parley/common/unsafe-stores";
import { readMigrationConfig } from "./config.ts";
import { createDb, migrate } from "./db.ts";
import { listStoreFaults } from "./queries/store-faults.ts";

const config = readMigrationConfig();
const log = createLogger("migrate", config.LOG_LEVEL);
const db = createDb({ url: config.MYSQL_URL, poolSize: 4, queryTimeoutMs: 600_000 });
try {
  createRefuseUnsafe({ allowed: config.ALLOW_UNSAFE_STORES, log })(await listStoreFaults(db));
  log.info({ applied: await migrate(db) }, "tables are up to date");
} finally {
  await db.destroy();
  log.flush();
}
