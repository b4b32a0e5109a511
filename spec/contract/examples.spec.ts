/** Every example of the OpenAPI document is sent to the real product, and every reply is as the document says. */
import { beforeAll, describe, expect, it } from "@jest/globals";
import { startHouse } from "../support/house.ts";
import { faultsOf, operations } from "./contract.ts";
import { isFinal, send, type Sent } from "./example-request.ts";
import { createResidents, parkRecord, type Residents } from "./residents.ts";

const house = startHouse({ realtimeServices: 1 });
let shared: Residents;
beforeAll(async () => {
  shared = await createResidents(house);
  await parkRecord(house.world.db);
});

const nobodys = "00000000-0000-4000-8000-000000000000";

/** fetch does not become a WebSocket. */
const possible = operations.filter(({ id }) => id !== "openSocket");

describe("an example", () => {
  it.each(possible)("of $id ($method $path) succeeds", async (operation) => {
    const residents = isFinal.test(operation.id) ? await createResidents(house) : shared;
    const reply = await send(house.world.url, operation, residents);
    expect(faultsOf(operation, reply)).toEqual([]);
    expect(Object.keys(operation.responses)[0]).toBe(String(reply.status));
  });

  const reading = possible.filter(({ method }) => method === "GET");
  const parameters = reading.flatMap((operation) =>
    operation.parameters
      .filter(({ required, example }) => !required && example !== undefined)
      .map((parameter) => ({ operation, parameter, id: operation.id, name: parameter.name })),
  );
  it.each(parameters)("of the parameter $name of $id succeeds", async ({ operation, parameter }) => {
    const reply = await send(house.world.url, operation, shared, { also: [parameter] });
    expect(faultsOf(operation, reply)).toEqual([]);
    expect(reply.status).toBe(200);
  });
});

describe("a refusal", () => {
  it.each(operations)("of $id ($method $path) is documented", async (operation) => {
    const ask = (residents: Residents, sent?: Sent) => send(house.world.url, operation, residents, sent);
    const replies = [await ask({ ...shared, token: nobodys })];
    if ("403" in operation.responses) {
      for (const given of ["stranger", "a.b.c"]) {
        replies.push(await ask(shared, { headers: { Authorization: `Bearer ${given}` } }));
      }
    }
    expect(replies.flatMap((reply) => faultsOf(operation, reply))).toEqual([]);
  });

  const wrong = [
    { type: "application/json", body: "{", status: 400 },
    { type: "application/json", body: "[]", status: 422 },
    { type: "text/plain", body: "{}", status: 415 },
  ];
  it.each(operations.filter(({ body }) => body))("of a body of $id is documented", async (operation) => {
    for (const { type, body, status } of wrong) {
      const sent = { body, headers: { "Content-Type": type } };
      const reply = await send(house.world.url, operation, shared, sent);
      expect(faultsOf(operation, reply)).toEqual([]);
      expect([body, reply.status]).toEqual([body, status]);
    }
  });
});
