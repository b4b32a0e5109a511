/** The request collections in services/web/http are run as they are given out: each request gets what it says, and none is left out. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, it } from "@jest/globals";
import { addresses } from "@parley/common/addresses";
import { repository } from "../../scripts/data-folder.ts";
import { startHouse } from "../support/house.ts";
import { parseHttpFile } from "../support/http-file.ts";
import { runHttpFile } from "../support/run-http-file.ts";
import { waitUntil } from "../support/wait-until.ts";

const operatorKey = "an-operator-key-of-more-than-32-characters";
const folder = join(repository, "services/web/http");
const files = readdirSync(folder).map((name) => ({
  name,
  ...parseHttpFile(readFileSync(join(folder, name), "utf8")),
}));

const house = startHouse({ realtimeServices: 1, env: { OPERATOR_KEY: operatorKey } });
beforeAll(async () => {
  const { token } = await house.client.anApplication();
  const isIndexed = async () => (await house.ask("GET", `/${token}/search?q=x&mode=words`)).status === 200;
  await waitUntil(isIndexed, 60_000);
}, 70_000);

it.each(files)("$name gets what it expects", async (file) => {
  const { url } = house.world;
  const outcomes = await runHttpFile(file, { url, socket: `${url.replace("http", "ws")}/ws`, operatorKey });
  const wrong = outcomes.filter(({ got, expect: expected }) => got !== expected);
  expect(wrong).toEqual([]);
  expect(outcomes.length).toBeGreaterThan(5);
});

it("has each address with each of its methods in one of the files", () => {
  const asked = new Set<string>();
  for (const { method, target } of files.flatMap((file) => file.requests)) {
    const path = target
      .replace(/\?.*/, "")
      .replace("{{application}}", "/api/applications/t")
      .replace("{{url}}", "");
    const pattern = addresses.find(([one]) => one.test(path))?.[0];
    if (pattern) asked.add(`${method} ${pattern.source}`);
  }
  const all = addresses.flatMap(([{ source }, allow]) =>
    allow.split(", ").map((method) => `${method} ${source}`),
  );
  expect(all.filter((one) => !asked.has(one))).toEqual([]);
});
