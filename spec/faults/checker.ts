/**
 * The checker: holds what clients were told to what is there. Pure, over plain data, so that it is itself tested with
 * one seeded defect of each kind.
 */
import { judgeCopies } from "./checker-copies.ts";
import type { Facts, Row, Verdict, Wrongs } from "./facts.ts";
import { toOperations, type Operation } from "./history.ts";

const isCreation = ({ act }: Operation): boolean => act !== "edit" && act !== "delete";
const placeOf = (parent: string, number: number): string => `${parent}#${number}`;
const nameOf = ({ act, parent, key, number }: Operation): string =>
  `${act} ${placeOf(parent, number ?? 0)} ${key}`;

export function groupBy<T>(all: readonly T[], keyOf: (one: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const one of all) {
    const group = groups.get(keyOf(one));
    if (group) group.push(one);
    else groups.set(keyOf(one), [one]);
  }
  return groups;
}

/** What a record's text may be: as its creation or the last acknowledged edit had it, or an unanswered edit after that. */
function allowedTexts(creation: Operation, edits: readonly Operation[]): Set<string> {
  const last = edits.findLastIndex(({ outcome }) => outcome === "ok");
  const certain = edits[last] ?? creation;
  const unknown = edits.slice(last + 1).filter(({ outcome }) => outcome === "unknown");
  return new Set([certain, ...unknown].map(({ bodyHash }) => bodyHash));
}

/** What was acknowledged: is it there, at its number, as it was sent? */
function judgeAcknowledged(operations: readonly Operation[], rows: readonly Row[], wrongs: Wrongs): void {
  const byPlace = new Map(
    rows.map((row) => [
      row.parent === "applications" ? `applications#${row.uid}` : placeOf(row.parent, row.number),
      row,
    ]),
  );
  const byKey = groupBy(rows, ({ key }) => key);
  const changes = groupBy(
    operations.filter((operation) => !isCreation(operation)),
    ({ parent, target }) => placeOf(parent, target ?? 0),
  );
  for (const operation of operations) {
    if (!isCreation(operation) || operation.outcome !== "ok") continue;
    const { parent, number = 0, uid } = operation;
    const row = byPlace.get(uid ? `applications#${uid}` : placeOf(parent, number));
    const elsewhere = byKey.get(operation.key)?.find((one) => one.parent === parent);
    const ofIt = changes.get(placeOf(parent, number)) ?? [];
    const deletion = ofIt.find(({ act }) => act === "delete");
    const isGone = row?.state === "deleted" || row?.state === "purged";
    if (isGone && deletion) continue;
    if (row?.key === operation.key) {
      const edits = ofIt.filter(({ act }) => act === "edit");
      const isUndone = deletion?.outcome === "ok" && !isGone;
      const isLost = isGone || row.state === "void" || row.state === "parked";
      if (isLost) wrongs.lost.push(`${nameOf(operation)}: ${row.state}`);
      else if (isUndone || !allowedTexts(operation, edits).has(row.hash)) {
        wrongs.altered.push(`${nameOf(operation)}${isUndone ? ": its deletion is undone" : ""}`);
      }
    } else if (elsewhere) {
      wrongs.renumbered.push(`${nameOf(operation)}: is ${elsewhere.number} ${elsewhere.uid}`);
    } else if (row && row.state !== "void" && row.state !== "deleted" && row.state !== "parked") {
      wrongs.altered.push(`${nameOf(operation)}: "${row.key}" is in its place`);
    } else wrongs.lost.push(nameOf(operation));
  }
}

/** What is there: was it sent, and is it there once? */
function judgeRows(operations: readonly Operation[], rows: readonly Row[], wrongs: Wrongs): void {
  const sent = new Map(operations.filter(isCreation).map((operation) => [operation.key, operation]));
  const real = rows.filter(({ state }) => state !== "void");
  for (const [key, group] of groupBy(real, (row) => row.key)) {
    // A tombstone has no text to tell whose it was.
    if (key !== "" && group.length > 1) {
      wrongs.duplicated.push(
        `${key}: ${group.map(({ parent, number }) => placeOf(parent, number)).join(", ")}`,
      );
    }
  }
  for (const [uid, group] of groupBy(real, (row) => row.uid)) {
    if (group.length > 1) wrongs.duplicated.push(`${group.length} rows with the uid ${uid}`);
  }
  const numbered = rows.filter(({ parent }) => parent !== "applications");
  for (const [place, group] of groupBy(numbered, ({ parent, number }) => placeOf(parent, number))) {
    if (group.length > 1) wrongs.duplicated.push(`${group.length} rows at ${place}`);
  }
  for (const { parent, number, key, state } of real) {
    if (state === "deleted" || state === "purged") continue;
    const operation = sent.get(key);
    const why =
      operation === undefined
        ? "never sent"
        : operation.outcome === "fail"
          ? "refused"
          : operation.parent === parent
            ? undefined
            : `sent to ${operation.parent}`;
    if (why) wrongs.phantom.push(`${placeOf(parent, number)} ${key}: ${why}`);
  }
  for (const [parent, group] of groupBy(numbered, (row) => row.parent)) {
    const numbers = new Set(group.map(({ number }) => number));
    const highest = group.reduce((most, { number }) => Math.max(most, number), 0);
    for (let number = 1; number <= highest; number += 1) {
      if (!numbers.has(number)) wrongs.holes.push(placeOf(parent, number));
    }
  }
}

/** A client that follows a chat by its change numbers would miss one of two changes with the same number. */
function judgeChanges(rows: readonly Row[]): string[] {
  const changed = rows.filter(({ parent, changeNumber }) => parent.includes(":") && changeNumber > 0);
  const groups = groupBy(changed, ({ parent, changeNumber }) => `${parent}, change ${changeNumber}`);
  return [...groups].flatMap(([change, group]) =>
    group.length > 1 ? [`${change}: ${group.map(({ number }) => number).join(", ")}`] : [],
  );
}

/** One writer's creations in one parent, one after the other: their numbers rise. */
function judgeOrder(operations: readonly Operation[], wrongs: Wrongs): void {
  const done = operations.filter(
    (operation) => operation.outcome === "ok" && isCreation(operation) && operation.act !== "application",
  );
  for (const group of groupBy(done, ({ writer, parent }) => `${writer} ${parent}`).values()) {
    const inTime = group.toSorted((a, b) => a.invokedAt - b.invokedAt);
    for (const [i, operation] of inTime.entries()) {
      const before = inTime[i - 1];
      if (!before || before.doneAt > operation.invokedAt) continue;
      if ((before.number ?? 0) >= (operation.number ?? 0)) {
        wrongs.order.push(`${nameOf(operation)} came after ${nameOf(before)}`);
      }
    }
  }
}

export function judge({ events, rows, listed, indexed, counts, conflicts }: Facts): Verdict {
  const operations = toOperations(events);
  const wrongs: Wrongs = {
    lost: [],
    duplicated: [],
    renumbered: [],
    altered: [],
    phantom: [],
    holes: [],
    order: [],
    // All that the load asks for is legitimate.
    refused: operations.filter(({ outcome }) => outcome === "fail").map(nameOf),
    readYourWrites: events.flatMap((event) => (event.type === "violation" ? [event.what] : [])),
    ...judgeCopies({ rows, listed, indexed, counts }),
    conflicts: conflicts > 0 ? [`${conflicts} records met another one at their number`] : [],
    changes: judgeChanges(rows),
  };
  judgeAcknowledged(operations, rows, wrongs);
  judgeRows(operations, rows, wrongs);
  judgeOrder(operations, wrongs);
  const keys = new Set(rows.map(({ key }) => key));
  const creations = operations.filter(isCreation);
  return {
    acknowledged: creations.filter(({ outcome }) => outcome === "ok").length,
    recovered: creations.filter(({ outcome, key }) => outcome === "unknown" && keys.has(key)).length,
    voids: rows.filter(({ state }) => state === "void").length,
    wrongs,
  };
}

/** The kinds that were found, with how many and the first few. */
export function describeWrongs(wrongs: Wrongs): string[] {
  return Object.entries(wrongs).flatMap(([kind, found]) =>
    found.length > 0 ? [`${kind} ${found.length}: ${found.slice(0, 5).join("; ")}`] : [],
  );
}
