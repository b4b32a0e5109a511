/** What axe finds of a page that keeps somebody from using it. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { expect } from "@jest/globals";
import type { Page } from "playwright-core";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

type Fault = { id: string; impact: string; nodes: { html: string }[] };
type Axe = { run: () => Promise<{ violations: Fault[] }> };

export async function expectNoFaults(page: Page): Promise<void> {
  // Beside the policy, which lets no text become a script.
  await page.evaluate(axe);
  const faults = await page.evaluate(async () => {
    const { violations } = await (window as unknown as { axe: Axe }).axe.run();
    return violations.map(({ id, impact, nodes }) => [impact, id, nodes[0]?.html]);
  });
  expect(faults.filter(([impact]) => impact === "serious" || impact === "critical")).toEqual([]);
}

/** Nothing is cut off at the side: only tables and lines of code are moved by themselves. */
export async function expectNoOverflow(page: Page): Promise<void> {
  const beyond = await page.evaluate(() =>
    [document.documentElement, document.querySelector("main")?.parentElement].map((one) =>
      one ? one.scrollWidth - one.clientWidth : 0,
    ),
  );
  expect(beyond).toEqual([0, 0]);
}
