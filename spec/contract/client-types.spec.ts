/** The client's types are those of the OpenAPI document as it is now. */
import { readFileSync } from "node:fs";
import { expect, it } from "@jest/globals";
import { clientTypes, createClientTypes } from "../../scripts/openapi/client-types.ts";

it("gives the client the types of the document: if not, run `npm run api-types`", async () => {
  expect(readFileSync(clientTypes, "utf8")).toBe(await createClientTypes());
});
