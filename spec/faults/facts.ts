/** What the checker is given, and what it says. */
import type { Event } from "./history.ts";

export type Row = {
  parent: string;
  /** 0 for an application, which has none. */
  number: number;
  uid: string;
  key: string;
  hash: string;
  state: "live" | "edited" | "deleted" | "purged" | "void" | "parked";
  changeNumber: number;
};
export type Listed = { parent: string; number: number; hash: string };
export type Indexed = { parent: string; number: number; version: number };
/** A count as it is kept, with what waits to be added to it, and what there really is. */
export type Count = { parent: string; kept: number; waiting: number; real: number };
export type Facts = {
  events: readonly Event[];
  rows: readonly Row[];
  /** By API pages. */
  listed: readonly Listed[];
  /** Undefined in a world without search. */
  indexed: readonly Indexed[] | undefined;
  counts: readonly Count[];
  /** How many records met another one at their number. */
  conflicts: number;
};

/** Everything that must not be, in words. */
export type Wrongs = Record<
  | "lost"
  | "duplicated"
  | "renumbered"
  | "altered"
  | "phantom"
  | "holes"
  | "order"
  | "refused"
  | "readYourWrites"
  | "listed"
  | "search"
  | "counts"
  | "conflicts"
  | "changes",
  string[]
>;
export type Verdict = { acknowledged: number; recovered: number; voids: number; wrongs: Wrongs };
