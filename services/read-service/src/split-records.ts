/** Parts of bounded size, for a transaction or for a message to the broker. */
import type { ParleyRecord } from "@parley/common/records";

/** Below the largest message that a broker takes. */
export const messageLimit = { records: 500, bytes: 1024 * 1024 };

/** In order; a part has at most `bytes` of text, unless a single record has more. */
export function splitRecords(
  records: readonly ParleyRecord[],
  limit: { records: number; bytes: number },
): ParleyRecord[][] {
  const parts: ParleyRecord[][] = [];
  let bytes = Infinity;
  for (const record of records) {
    const size = record.kind === "message" ? Buffer.byteLength(record.content) : 0;
    const last = parts.at(-1);
    if (last && last.length < limit.records && bytes + size <= limit.bytes) {
      last.push(record);
      bytes += size;
    } else {
      parts.push([record]);
      bytes = size;
    }
  }
  return parts;
}
