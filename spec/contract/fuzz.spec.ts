/**
 * Every address is asked for what the OpenAPI document allows, and for what it does not, by all kinds of callers: there is
 * no status and no body that is not documented, and so no 500. The same requests each time; PARLEY_FUZZ_SEED and
 * PARLEY_FUZZ_RUNS ask for others, and for more.
 */
import { beforeAll, describe, expect, it } from "@jest/globals";
import * as fc from "fast-check";
import { startHouse } from "../support/house.ts";
import { requestOf, type Request } from "./arbitraries.ts";
import { faultsOf, operations, type Operation, type Reply } from "./contract.ts";
import { isFinal } from "./example-request.ts";
import { createResidents, parkRecord, type Residents } from "./residents.ts";

const seed = Number(process.env["PARLEY_FUZZ_SEED"] ?? 1);
const numRuns = Number(process.env["PARLEY_FUZZ_RUNS"] ?? 10);

const house = startHouse({ realtimeServices: 1 });
let shared: Residents;
beforeAll(async () => {
  shared = await createResidents(house);
  await parkRecord(house.world.db);
});

async function ask({ method }: Operation, { path, headers, body }: Request): Promise<Reply> {
  const reply = await fetch(`${house.world.url}${path}`, {
    method,
    headers,
    ...(body !== undefined && { body }),
  });
  return { status: reply.status, headers: reply.headers, text: await reply.text() };
}

describe("whatever is asked", () => {
  it.each(operations)("of $id ($method $path) is answered as documented", async (operation) => {
    const residents = isFinal.test(operation.id) ? await createResidents(house) : shared;
    const property = fc.asyncProperty(requestOf(operation, residents), async (request) => {
      expect(faultsOf(operation, await ask(operation, request))).toEqual([]);
    });
    await fc.assert(property, { seed, numRuns });
  });
});
