/** The one way to log: JSON, a constant message and fields. */
import { pino, type Logger } from "pino";

export type { Logger };

/** A statement, and a request to the search index, have in them what people have written. */
function serializeError(err: Error): object {
  const { sql: _sql, meta: _meta, raw: _raw, ...told } = pino.stdSerializers.err(err) as pino.SerializedError;
  return told;
}

/**
 * error = a person must act; warn = healed itself; info = lifecycle and one line per request; debug = the rest.
 * Written without blocking; what is buffered is flushed every second and at exit.
 */
export function createLogger(service: string, level: string): Logger {
  const destination = pino.destination({
    dest: 1,
    sync: false,
    minLength: 65_536,
    maxWrite: 131_072,
    periodicFlush: 1000,
  });
  const serializers = { err: serializeError };
  return pino(
    { level, base: { service }, timestamp: pino.stdTimeFunctions.isoTime, serializers },
    destination,
  );
}
