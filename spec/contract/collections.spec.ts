/** The request collections are run as they are given out: each request gets what it says, and no address is left out. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { addresses } from "@parley/common/addresses";
import { repository } from "../../scripts/data-folder.ts";
import { createDocument } from "../../scripts/openapi/document.ts";
import { createPostmanCollection, type Collection } from "../../scripts/openapi/postman.ts";
import { writeCollections } from "../../scripts/openapi/write-collections.ts";
import { startHouse } from "../support/house.ts";
import { parseHttpFile } from "../support/http-file.ts";
import { runHttpFile } from "../support/run-http-file.ts";
import { runPostman } from "../support/run-postman.ts";
import { parkRecord } from "./residents.ts";

const operatorKey = "an-operator-key-of-more-than-32-characters";
const folder = join(repository, "services/web/http");
const files = readdirSync(folder).map((name) => ({
  name,
  ...parseHttpFile(readFileSync(join(folder, name), "utf8")),
}));
const document = createDocument();
const postman = createPostmanCollection(document);

const house = startHouse({ realtimeServices: 1, env: { OPERATOR_KEY: operatorKey } });

describe("the .http files", () => {
  // Search waits for its index.
  it.each(files)(
    "get what they expect: $name",
    async (file) => {
      const { url } = house.world;
      const socket = `${url.replace("http", "ws")}/ws`;
      const outcomes = await runHttpFile(file, { url, socket, operatorKey });
      expect(outcomes.filter(({ got, expect: expected }) => got !== expected)).toEqual([]);
      expect(outcomes.length).toBeGreaterThan(5);
    },
    60_000,
  );

  it("have each address with each of its methods", () => {
    const asked = files.flatMap(({ requests }) =>
      requests.map(({ method, target }) => {
        const path = target.replace(/\?.*/, "").replace("{{application}}", "/api/applications/t");
        const pattern = addresses.find(([one]) => one.test(path.replace("{{url}}", "")))?.[0];
        return `${method} ${pattern?.source}`;
      }),
    );
    const all = addresses.flatMap(([{ source }, allow]) =>
      allow.split(", ").map((method) => `${method} ${source}`),
    );
    expect(all.filter((one) => !asked.includes(one))).toEqual([]);
  });
});

describe("the Postman collection", () => {
  it("has each operation that is no socket", () => {
    const documented = Object.entries(document.paths)
      .filter(([path]) => path !== "/ws")
      .flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method} ${path}`));
    const presented = postman.item.flatMap(({ item }) =>
      item.map(({ request: { method, url } }) => {
        const path = url.path.join("/").replaceAll(/:(\w+)/g, "{$1}");
        return `${method.toLowerCase()} /${path}`;
      }),
    );
    expect([...new Set(presented)].toSorted()).toEqual(documented.toSorted());
  });

  it("runs from top to bottom, each request with success", async () => {
    await parkRecord(house.world.db);
    const run = await runPostman(postman, { baseUrl: house.world.url, operatorKey });
    expect(run.failures).toEqual([]);
    expect(run.requests).toBeGreaterThan(80);
    expect(run.tests).toBe(2 * run.requests);
  });
});

it("are written into one folder", () => {
  const docs = join(mkdtempSync(join(tmpdir(), "collections-")), "docs");
  writeCollections(docs, document);
  const written = JSON.parse(readFileSync(join(docs, "postman.json"), "utf8")) as Collection;
  expect(written).toEqual(JSON.parse(JSON.stringify(postman)));
  expect(readdirSync(join(docs, "collections"))).toEqual(readdirSync(folder));
  rmSync(join(docs, ".."), { recursive: true });
});
