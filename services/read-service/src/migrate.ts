/** Applies the migrations and ends: run before the service starts. */
import { createLogger } from "@parley/common/log";
import { readMigrationConfig } from "./config.ts";
import { createDb, migrate } from "./db.ts";

const config = readMigrationConfig();
const log = createLogger("migrate", config.LOG_LEVEL);
const db = createDb({ url: config.MYSQL_URL, poolSize: 4, queryTimeoutMs: 600_000 });
try {
  log.info({ applied: await migrate(db) }, "tables are up to date");
} finally {
  await db.destroy();
  log.flush();
}
