/** Whether what MySQL or MariaDB confirms is on disk, and every character can be stored. */
import type { Knex } from "knex";
import { selectRows } from "./db.ts";

type Settings = {
  database_name: string;
  charset: string;
  flush_at_commit: number;
  log_bin: number;
  sync_binlog: number;
};
type Column = { table_name: string; column_name: string; charset: string };
const listed = (names: readonly string[]): string => [...new Set(names)].join(", ");

/** Each a sentence with its remedy; none when all is well. Tables of the migrations themselves hold file names only. */
export async function listStoreFaults(db: Knex): Promise<string[]> {
  const [settings] = await selectRows<Settings>(
    db,
    `SELECT DATABASE() AS database_name, @@character_set_database AS charset, @@GLOBAL.log_bin AS log_bin,
       @@GLOBAL.innodb_flush_log_at_trx_commit AS flush_at_commit, @@GLOBAL.sync_binlog AS sync_binlog`,
    [],
  );
  const tables = await selectRows<{ table_name: string }>(
    db,
    `SELECT TABLE_NAME AS table_name FROM information_schema.TABLES
     WHERE TABLE_SCHEMA = DATABASE() AND TABLE_TYPE = 'BASE TABLE' AND ENGINE <> 'InnoDB'`,
    [],
  );
  const columns = await selectRows<Column>(
    db,
    `SELECT TABLE_NAME AS table_name, COLUMN_NAME AS column_name, CHARACTER_SET_NAME AS charset
     FROM information_schema.COLUMNS
     WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME NOT LIKE 'knex%' AND CHARACTER_SET_NAME NOT IN ('utf8mb4', 'ascii')`,
    [],
  );
  if (!settings) throw new Error("MySQL did not tell its settings.");
  const {
    database_name: name,
    charset,
    flush_at_commit: flush,
    log_bin: binlog,
    sync_binlog: sync,
  } = settings;
  const wrongTables = listed(columns.map((column) => column.table_name));
  return [
    flush !== 1 &&
      `MySQL may forget what it has committed, since innodb_flush_log_at_trx_commit is ${flush}: set it to 1 in my.cnf, or run SET GLOBAL innodb_flush_log_at_trx_commit = 1.`,
    binlog === 1 &&
      sync !== 1 &&
      `MySQL may forget what it has committed, since its binary log is on and sync_binlog is ${sync}: set it to 1 in my.cnf, or run SET GLOBAL sync_binlog = 1.`,
    charset !== "utf8mb4" &&
      `The database ${name} has the character set ${charset}, which cannot hold every character: run ALTER DATABASE ${name} CHARACTER SET utf8mb4.`,
    columns.length > 0 &&
      `Columns of ${wrongTables} have the character set ${listed(columns.map((column) => column.charset))}, which cannot hold every character: run ALTER TABLE … MODIFY … CHARACTER SET utf8mb4 COLLATE utf8mb4_bin for each.`,
    tables.length > 0 &&
      `MySQL keeps ${listed(tables.map(({ table_name }) => table_name))} in another engine than InnoDB, which has no transactions: run ALTER TABLE … ENGINE = InnoDB for each.`,
  ].filter((fault) => fault !== false);
}
