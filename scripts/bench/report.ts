/** Shows the comparisons as a table, and saves them with the machine and the versions when asked to. */
import { mkdirSync, writeFileSync } from "node:fs";
import { cpus, release, totalmem } from "node:os";
import { join } from "node:path";
import { repository } from "../data-folder.ts";
import type { Comparison, Side, Spread } from "./compare.ts";
import type { Options } from "./options.ts";

const SIDE_HEADER = ["p50 ms", "p99 ms", "CPU µs"];
const HEADER = ["", "workload", "Parley/s", ...SIDE_HEADER, "baseline/s", ...SIDE_HEADER, "ratio", "aim"];

const format = (value: number): string => value.toFixed(Math.abs(value) < 100 ? 1 : 0);
const showSpread = ({ median, lowest, highest }: Spread, show = format): string =>
  `${show(median)} (${show(lowest)}–${show(highest)})`;
const showSide = ({ perSecond, p50, p99, cpu }: Side): string[] => [
  showSpread(perSecond),
  ...[p50, p99, cpu].map(({ median }) => format(median)),
];

/** By server, the greatest first; what uses next to nothing is left out. */
function showCpu({ cpuByServer }: Side): string {
  const medians = Object.entries(cpuByServer).map(([name, { median }]) => [name, median] as const);
  const shown = medians.filter(([, median]) => median >= 1).toSorted(([, a], [, b]) => b - a);
  return shown.map(([name, median]) => `${name} ${format(median)}`).join(", ");
}

function verdict({ faults, ratio, aim }: Comparison): string {
  if (faults.length > 0) return "void";
  return ratio.median >= aim ? `≥ ${aim} met` : `≥ ${aim} missed`;
}

function toLine(comparison: Comparison): string[] {
  const { id, title, product, baseline, ratio } = comparison;
  const ratioText = showSpread(ratio, (value) => value.toFixed(2));
  return [id, title, ...showSide(product), ...showSide(baseline), ratioText, verdict(comparison)];
}

export function printTable(comparisons: readonly Comparison[]): void {
  const lines = [HEADER, ...comparisons.map(toLine)];
  const widths = HEADER.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  console.log();
  for (const line of lines) console.log(line.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join("  "));
  for (const { id, title, product, baseline, faults } of comparisons) {
    console.log(`\n${id} ${title}`);
    for (const [name, spread] of Object.entries(product.facts)) {
      console.log(`  ${name}: ${showSpread(spread)}`);
    }
    console.log(`  CPU µs per request: ${showCpu(product)}; baseline: ${showCpu(baseline)}`);
    for (const fault of new Set(faults)) console.log(`  VOID: ${fault}`);
  }
}

/** Gives the path of the file. */
export function save(results: { options: Options; comparisons: Comparison[]; versions: object }): string {
  const folder = join(repository, "bench", "results");
  mkdirSync(folder, { recursive: true });
  const date = new Date().toISOString();
  const path = join(folder, `${date.replaceAll(":", "-")}.json`);
  const machine = { cpu: cpus()[0]?.model, cores: cpus().length, memory: totalmem(), kernel: release() };
  writeFileSync(path, `${JSON.stringify({ date, machine, ...results }, null, 2)}\n`);
  return path;
}
