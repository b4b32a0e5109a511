/** Applies the migrations and ends: run before the service starts. */
import { createLogger } from "@parley/common/log";
import { createRefuseUnsafe } from "@parley/common/unsafe-stores";
import { readMigrationConfig } from "./config.ts";
import { createDb, withNamedLock } from "@parley/common/db";
import type { Knex } from "knex";
import { listStoreFaults } from "@parley/common/mysql-faults";

/**
 * Brings the tables up to date. A named lock lets one process migrate at a time; it dies with its connection, so a
 * lock row that a killed migration left behind can be freed by whoever holds it.
 */
async function migrate(db: Knex): Promise<string[]> {
  const migrator = db.migrate;
  const directory = new URL("./migrations", import.meta.url).pathname;
  const options = { directory, loadExtensions: [".ts"], disableTransactions: true };
  const migrated = await withNamedLock(db, "parley-migrate", 60, async () => {
    await migrator.forceFreeMigrationsLock(options);
    const [, applied] = (await migrator.latest(options)) as [number, string[]];
    return applied;
  });
  if (!migrated) throw new Error("Another process is migrating: try again.");
  return migrated;
}

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
