/** Every request is sent three times, twice at once: one record, and the same reply. */
import { runRow } from "./run-row.ts";

runRow({
  id: "F25",
  title: "clients repeat every request",
  load: { repeated: true },
  fault: () => undefined,
});
