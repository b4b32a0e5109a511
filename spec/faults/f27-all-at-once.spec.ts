/** Redis and all services die at the same moment: what was promised is kept. */
import { runRow } from "./run-row.ts";

runRow({
  id: "F27 at once",
  title: "Redis, create-service and read-service are killed together",
  world: { own: ["redis"] },
  async fault({ world }) {
    await Promise.all([world.ownStore("redis").restart(), world.killCreate(), world.killRead()]);
  },
});
