/** The queues are deleted with all that is in them: channels are closed and opened again, and the ledger's records go out once more. */
import { runRow } from "./run-row.ts";

runRow({
  id: "F7",
  title: "the broker closes channels, as the queues are gone",
  fault: ({ world }) => world.loseQueues(),
});
