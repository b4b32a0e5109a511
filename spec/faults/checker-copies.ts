/** Holds what is made from the rows to the rows: the API's lists, the search index, the counts. */
import type { Count, Indexed, Listed, Row, Wrongs } from "./facts.ts";

type Copies = {
  rows: readonly Row[];
  listed: readonly Listed[];
  indexed: readonly Indexed[] | undefined;
  counts: readonly Count[];
};

const isMessage = ({ parent }: { parent: string }): boolean => parent.includes(":");
const isShown = ({ state }: Row): boolean => state === "live" || state === "edited";

/** What is only in one of two lists, by a text that says all that has to be equal. */
function difference(there: ReadonlySet<string>, here: ReadonlySet<string>, where: string): string[] {
  return [
    ...[...there].filter((one) => !here.has(one)).map((one) => `${one} is not ${where}`),
    ...[...here].filter((one) => !there.has(one)).map((one) => `${one} is only ${where}`),
  ];
}

export function judgeCopies(copies: Copies): Pick<Wrongs, "listed" | "search" | "counts"> {
  const { rows, listed, indexed, counts } = copies;
  // An application's row has no number; its uid finds it, and so does its key, which is its name.
  const toLine = ({ parent, number, hash }: Listed): string => `${parent}#${number} ${hash}`;
  const shown = new Set(rows.filter(isShown).map(toLine));
  const toVersion = (row: { parent: string; number: number }, version: number): string =>
    `${row.parent}#${row.number} v${version}`;
  const states = new Set(rows.filter(isMessage).map((row) => toVersion(row, row.changeNumber)));
  return {
    listed: difference(shown, new Set(listed.map(toLine)), "in the lists"),
    search: indexed
      ? difference(states, new Set(indexed.map((one) => toVersion(one, one.version))), "in the index")
      : [],
    counts: counts
      .filter(({ kept, waiting, real }) => kept + waiting !== real)
      .map(({ parent, kept, waiting, real }) => `${parent}: ${kept} and ${waiting} waiting, ${real} there`),
  };
}
