/** How long each row of the fault table goes on, in seconds from the start of its load; the suite stays below 45 minutes. */

export type Times = {
  /** When the fault comes. */
  fault: number;
  /** When it is healed, unless it heals by itself. */
  heal: number;
  /** When the load ends. */
  end: number;
};

const suite = process.env["PARLEY_FAULTS"];
export const isLong = suite === "long" || suite === "soak";
const soakSeconds = 60 * Number(process.env["PARLEY_SOAK_MINUTES"] ?? 10);

const usual = { short: { fault: 2, heal: 5, end: 9 }, long: { fault: 6, heal: 15, end: 23 } };

/** What differs from the usual. */
const special: Record<string, Partial<typeof usual>> = {
  F2: { short: { fault: 2, heal: 2, end: 6 }, long: { fault: 5, heal: 5, end: 10 } },
  F27: { long: { fault: 5, heal: soakSeconds, end: soakSeconds } },
  F13: { long: { fault: 5, heal: 25, end: 31 } },
  F19: { long: { fault: 5, heal: 35, end: 40 } },
  // It takes its time to fill what it had reserved.
  "F28 mysql": { long: { fault: 5, heal: 30, end: 36 } },
  // As long as its clients take to come back so often.
  F32: { short: { fault: 1, heal: 9, end: 13 }, long: { fault: 5, heal: 190, end: 200 } },
  F12: { long: { fault: 5, heal: 30, end: 35 } },
};

export const timesOf = (row: string): Times => ({ ...usual, ...special[row] })[isLong ? "long" : "short"];

/** Bounded, since two cores carry the load and all servers. */
export const loadSize = isLong
  ? { writers: 200, parents: 20, readers: 50, pauseMs: 100, readBackEvery: 10 }
  : { writers: 40, parents: 8, readers: 10, pauseMs: 40, readBackEvery: 1 };
