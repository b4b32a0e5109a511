/** What a client's Idempotency-Key is, and for how long it means the same record. */

const uuidV7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i;

/** Milliseconds for which the ledger keeps a key once its record is in MySQL, and MySQL one that carries no time. */
export const keptMs = 24 * 3_600_000;
/** How far a client's clock may be from ours: what is usual elsewhere, too (Kerberos). */
export const toleratedSkewMs = 5 * 60_000;

/**
 * What tells callers' keys apart: nobody else is given the number of a user's key. No client's key has a dot.
 * @param caller a user's number, or "server"
 */
export const keyOfCaller = (caller: number | "server", key: string): string => `${caller}.${key}`;

/** Milliseconds since 1970 at which a UUIDv7 was made, by its maker's clock; undefined for any other key. */
export function timeOfKey(key: string): number | undefined {
  const own = key.slice(key.indexOf(".") + 1);
  return uuidV7.test(own) ? Number.parseInt(own.slice(0, 8) + own.slice(9, 13), 16) : undefined;
}
