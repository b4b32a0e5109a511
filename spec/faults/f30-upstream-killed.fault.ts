/** One of two create-services and of two read-services dies: no GET fails, and nginx sends no POST a second time. */
import { expect } from "@jest/globals";
import { describeFailures } from "./requests.ts";
import { runRow } from "./run-row.ts";

runRow({
  id: "F30",
  title: "one of two upstreams is killed",
  world: { createServices: 2, readServices: 2 },
  async fault({ world }) {
    await Promise.all([world.creates[0]?.kill(), world.reads[1]?.kill()]);
  },
  async heal({ world }) {
    await Promise.all([world.creates[0]?.start(), world.reads[1]?.start()]);
  },
  // That a request which was sent once counts as a repeat would be seen by the load.
  expectations: ({ failures }) =>
    expect(describeFailures(failures.filter(({ method }) => method === "GET"))).toEqual([]),
});
