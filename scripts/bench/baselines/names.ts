/** Where the create baseline writes to: never where Parley does. */
export const baselineQueue = "bench-baseline";
export const baselineOutbox = "baseline:outbox";
