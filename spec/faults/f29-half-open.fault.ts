/** A client that answers no ping any more: its network is gone, or it only pretends to be there. */
import { expect, it } from "@jest/globals";
import { startHouse } from "../support/house.ts";
import { createSockets } from "../support/sockets.ts";

const house = startHouse({ withSearch: false, accountServices: 0, realtimeServices: 1 });
const sockets = createSockets(() => house.world.url);
/** Two heartbeats. */
const beatsMs = 60_000;

it("F29 half-open: who answers no ping is cut off after the next one", async () => {
  const { token } = await house.client.anApplication();
  const [silent, alive] = [sockets.open([], { autoPong: false }), await sockets.authenticated(token)];
  const began = performance.now();
  await silent.ask("authenticate", { application_token: token });
  expect((await silent.closed(beatsMs + 10_000)).code).toBe(1006);
  expect(performance.now() - began).toBeGreaterThan(beatsMs - 5000);
  expect((await alive.ask("ping")).type).toBe("pong");
}, 100_000);
