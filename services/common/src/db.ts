/** The connection pool to MySQL or MariaDB, and what its errors mean. */
import { setTimeout as pause } from "node:timers/promises";
import knex, { type Knex } from "knex";
import { problem } from "./problem.ts";
import type { ErrorRequestHandler } from "express";

type DbOptions = { url: string; poolSize: number; queryTimeoutMs: number };
type Connection = {
  query: (...args: unknown[]) => unknown;
  destroy: () => void;
};

/** Every session works alike, whatever the server's defaults are. */
const sessionSettings = [
  "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED",
  "SET SESSION time_zone = '+00:00'",
  "SET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION'",
  "SET SESSION default_storage_engine = 'InnoDB'",
  // What a frozen process has locked is free again after this time, and another one takes over.
  "SET SESSION wait_timeout = 20",
];
/** Shorter, so that no query meets a connection that the server is closing. */
const idleMs = 10_000;
/** How often a connection that has to stay is used. */
const keepMs = 5000;

/** A frozen server's, and one's that is read-only now: the next connection may meet another server. */
const endsConnection = new Set(["PROTOCOL_SEQUENCE_TIMEOUT", "ER_OPTION_PREVENTS_STATEMENT"]);

/** A statement that a frozen server does not answer fails in time, and takes its connection with it. */
function limitQueries(connection: Connection, timeoutMs: number): void {
  const query = connection.query.bind(connection);
  connection.query = (options: unknown, values: unknown, callback: unknown) => {
    const limited = typeof options === "string" ? { sql: options } : (options as object);
    const done = typeof values === "function" ? values : callback;
    const guarded = (err: { code?: string } | null, ...rest: unknown[]): void => {
      if (err?.code !== undefined && endsConnection.has(err.code)) connection.destroy();
      (done as (...args: unknown[]) => void)(err, ...rest);
    };
    return query({ ...limited, timeout: timeoutMs }, typeof values === "function" ? [] : values, guarded);
  };
}

export function createDb({ url, poolSize, queryTimeoutMs }: DbOptions): Knex {
  const { hostname, port, username, password, pathname } = new URL(url);
  return knex({
    client: "mysql2",
    // Its values are what people have written: they belong in no log.
    compileSqlOnError: false,
    connection: {
      host: hostname,
      port: Number(port || 3306),
      user: decodeURIComponent(username),
      password: decodeURIComponent(password),
      database: pathname.slice(1),
      charset: "utf8mb4",
      timezone: "Z",
      supportBigNumbers: true,
      stringifyObjects: true,
      multipleStatements: false,
      connectTimeout: 2000,
      enableKeepAlive: true,
    } as Knex.MySql2ConnectionConfig,
    acquireConnectionTimeout: 2000,
    pool: {
      min: 0,
      max: poolSize,
      idleTimeoutMillis: idleMs,
      afterCreate(connection: Connection, done: (err: unknown, connection: Connection) => void) {
        limitQueries(connection, queryTimeoutMs);
        const next = (i: number): void => {
          const setting = sessionSettings[i];
          if (!setting) return done(null, connection);
          connection.query(setting, (err: unknown) => (err ? done(err, connection) : next(i + 1)));
        };
        next(0);
      },
    },
  });
}

/**
 * Runs `act` while this process alone holds a lock of that name in this database. A process that does not come to use
 * its connection any more loses the lock.
 * @returns undefined when another process still holds it after `waitSeconds`; then `act` is not run
 */
export async function withNamedLock<T>(
  db: Knex,
  name: string,
  waitSeconds: number,
  act: () => Promise<T>,
): Promise<T | undefined> {
  const connection: unknown = await db.client.acquireConnection();
  const query = (sql: string): Promise<[{ got: number | null }[]]> =>
    db.raw(sql, [name]).connection(connection) as unknown as Promise<[{ got: number | null }[]]>;
  try {
    const [rows] = await query(`SELECT GET_LOCK(CONCAT(DATABASE(), '.', ?), ${waitSeconds}) AS got`);
    if (rows[0]?.got !== 1) return undefined;
    const keeping = setInterval(() => void query("SELECT ? AS got").catch(() => undefined), keepMs);
    try {
      return await act();
    } finally {
      clearInterval(keeping);
      await query("SELECT RELEASE_LOCK(CONCAT(DATABASE(), '.', ?)) AS got").catch(() => undefined);
    }
  } finally {
    await db.client.releaseConnection(connection);
  }
}

type DbError = { code?: string; sqlMessage?: string; sqlState?: string; name?: string; fatal?: boolean };
const asDbError = (err: unknown): DbError => (typeof err === "object" && err !== null ? err : {});

const outOfReach = new Set([
  "EAI_AGAIN",
  "ECONNREFUSED",
  "ECONNRESET",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENOTFOUND",
  "EPIPE",
  "ETIMEDOUT",
  "PROTOCOL_CONNECTION_LOST",
  "PROTOCOL_SEQUENCE_TIMEOUT",
  "ER_CONNECTION_KILLED",
  "ER_CON_COUNT_ERROR",
  "ER_QUERY_INTERRUPTED",
  "ER_SERVER_SHUTDOWN",
  "ER_OPTION_PREVENTS_STATEMENT",
  "ER_DISK_FULL",
  "ER_RECORD_FILE_FULL",
  "ER_ERROR_ON_WRITE",
]);

/** The database cannot be asked now; nothing is wrong with the statement. */
export function isOutOfReach(err: unknown): boolean {
  const { code, name, fatal } = asDbError(err);
  return (
    fatal === true ||
    name === "KnexTimeoutError" ||
    (code !== undefined && outOfReach.has(code)) ||
    isLockFailure(err)
  );
}

/** Two transactions met; the whole one is to be tried again. */
export function isLockFailure(err: unknown): boolean {
  const { code } = asDbError(err);
  return code === "ER_LOCK_DEADLOCK" || code === "ER_LOCK_WAIT_TIMEOUT";
}

export function isDuplicateKey(err: unknown): boolean {
  return asDbError(err).code === "ER_DUP_ENTRY";
}

/** The values themselves can never be stored (SQLSTATE class 22, or a packet that is too large). */
export function isDataError(err: unknown): boolean {
  const { code, sqlState } = asDbError(err);
  return (
    (sqlState?.startsWith("22") ?? false) ||
    code === "ER_NET_PACKET_TOO_LARGE" ||
    code === "ER_TRUNCATED_WRONG_VALUE_FOR_FIELD"
  );
}

const longestReason = 1000;

/** Why a record cannot be stored, without its values. */
export function describeRefusal(err: unknown): string {
  const { code, sqlMessage } = asDbError(err);
  return (code === undefined ? String(err) : `${code}: ${sqlMessage ?? ""}`).slice(0, longestReason);
}

/**
 * Tries a whole transaction again when it lost against another, at most five times.
 * @throws what `act` threw; on a dead connection the rollback fails, too, and would hide it
 */
export async function inTransaction<T>(db: Knex, act: (trx: Knex.Transaction) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    let thrown: unknown;
    try {
      return await db.transaction((trx) =>
        act(trx).catch((err: unknown) => {
          thrown = err;
          throw err;
        }),
      );
    } catch (err) {
      const reason = thrown ?? err;
      if (!isLockFailure(reason) || attempt === 5) throw reason;
      await pause(Math.random() * 20 * attempt);
    }
  }
}

/** All that `act` reads is of one moment. */
export function inSnapshot<T>(db: Knex, act: (trx: Knex.Transaction) => Promise<T>): Promise<T> {
  return db.transaction(act, { isolationLevel: "repeatable read" });
}

/** Rows of a statement that is asked often: written out, it costs half of what the query builder takes to write it. */
export async function selectRows<Row>(
  db: Knex,
  sql: string,
  values: readonly Knex.RawBinding[],
): Promise<Row[]> {
  const [rows] = (await db.raw(sql, values)) as [Row[]];
  return rows;
}

/** A database out of reach is 503, not 500. */
export const dbProblems: ErrorRequestHandler = (err, _req, _res, next) => {
  next(
    isOutOfReach(err)
      ? problem("unavailable", "What is stored cannot be read right now.", { cause: err })
      : err,
  );
};
