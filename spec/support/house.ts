/** A world with account-service for a spec about people, and what asks it. */
import { afterAll, beforeAll } from "@jest/globals";
import { createAsk } from "./ask.ts";
import { createClient } from "./client.ts";
import { createPeople } from "./people.ts";
import { startWorld, type World, type WorldOptions } from "./world.ts";

/** Starts it before the specs of the file, and stops it after them. */
export function startHouse(options: WorldOptions = {}) {
  let started: World | undefined;
  beforeAll(async () => {
    started = await startWorld({ accountServices: 1, ...options });
  }, 100_000);
  afterAll(() => started?.stop());
  const world = (): World => {
    if (!started) throw new Error("the world is there from beforeAll on");
    return started;
  };
  const ask = createAsk(() => world().url);
  return {
    get world(): World {
      return world();
    },
    ask,
    client: createClient(() => world().url),
    people: createPeople(ask),
  };
}
