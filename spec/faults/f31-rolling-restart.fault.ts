/** Every process of ours is restarted gently, one after the other, under load: not one request fails. */
import { expect } from "@jest/globals";
import { describeFailures } from "./requests.ts";
import { runRow } from "./run-row.ts";

runRow({
  id: "F31",
  title: "a rolling restart",
  world: { createServices: 2, readServices: 2 },
  // What is stored late is refused to be changed; that is about the load, not about the restarts.
  load: { writers: 30, readers: 20 },
  async fault({ world }) {
    for (const service of [...world.creates, ...world.reads]) {
      await service.stopGently();
      await service.start();
      await world.ready();
    }
  },
  expectations: ({ failures }) => expect(describeFailures(failures)).toEqual([]),
});
