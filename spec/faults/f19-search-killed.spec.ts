/** Elasticsearch is dead for long: no other request fails meanwhile, a search is answered soon, and the index catches up. */
import { expect } from "@jest/globals";
import { describeFailures, isLate } from "./requests.ts";
import { isLong } from "./durations.ts";
import { runRow } from "./run-row.ts";

const longestMs = 3000;
const searches: { status: number; ms: number }[] = [];

runRow({
  id: "F19",
  title: "Elasticsearch is killed and comes back late",
  world: { own: ["elasticsearch"] },
  // So that Elasticsearch is soon up beside it.
  load: isLong ? {} : { writers: 10 },
  async fault({ world, load, ask }) {
    await world.ownStore("elasticsearch").kill();
    const { token = "", chat = 0 } = load.parents[0] ?? {};
    for (let i = 0; i < 5; i += 1) {
      await load.acknowledged(100);
      const sentAt = performance.now();
      const { status } = await ask("GET", `/${token}/chats/${chat}/search?q=writer`);
      searches.push({ status, ms: performance.now() - sentAt });
    }
  },
  heal: ({ world }) => world.ownStore("elasticsearch").start(),
  expectations({ failures }) {
    const others = failures.filter((one) => !one.path.includes("/search") && !isLate(one));
    expect(describeFailures(others)).toEqual([]);
    for (const { status, ms } of searches) {
      expect([200, 503]).toContain(status);
      expect(ms).toBeLessThan(longestMs);
    }
  },
});
