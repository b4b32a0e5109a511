/** The strip of a chat's numbers: what troubles is seen also where one piece stands for many numbers. */
import { expect, it } from "@jest/globals";
import { runsOf, toRanges } from "../../services/web/src/console/numbers.ts";

const nothing = { pending: [], void: [], parked: [], missing: [] };
const totals = { pending: 0, void: 0, parked: 0, missing: 0 };
const report = (head: number, more: object = {}) => ({
  chat_number: 1,
  head_number: head,
  stored_through: head,
  ...nothing,
  totals,
  ...more,
});

it("has one run for each stretch of equal numbers", () => {
  expect(runsOf(report(0))).toEqual([]);
  expect(runsOf(report(3))).toEqual([{ from: 1, to: 3, state: "stored" }]);
  const mixed = { indexed_through: 4, void: [2], parked: [6], missing: [7], pending: [8, 9] };
  expect(runsOf(report(9, mixed)).map(({ from, to, state }) => `${from}-${to} ${state}`)).toEqual([
    "1-1 indexed",
    "2-2 void",
    "3-4 indexed",
    "5-5 stored",
    "6-6 parked",
    "7-7 missing",
    "8-9 pending",
  ]);
});

it("shows one missing number among a million", () => {
  const runs = runsOf(report(1_000_000, { indexed_through: 1_000_000, missing: [500_000] }));
  expect(runs.map(({ state }) => state)).toEqual(["indexed", "missing", "indexed"]);
  expect(runs[0]?.from).toBe(1);
  expect(runs.at(-1)?.to).toBe(1_000_000);
});

it("writes numbers as ranges, and not more than somebody reads", () => {
  expect(toRanges([])).toBe("");
  expect(toRanges([1, 2, 3, 7, 9, 10])).toBe("1–3, 7, 9–10");
  expect(toRanges([1, 3, 5], 2)).toBe("1, 3, …");
});
