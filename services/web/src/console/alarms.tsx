/** What a person has to look after; nothing in health. */
import type { Figures } from "@parley/client";
import { CircleCheck, TriangleAlert } from "lucide-react";
import { Link } from "wouter";

type Alarm = { count: number | undefined; one: string; more: string; remedy: string; to?: string };

const alarmsOf = ({ parked, refusals, conflicts, dead_letters: dead }: Figures): Alarm[] => [
  {
    count: conflicts,
    one: "number was given to two records",
    more: "numbers were given to two records",
    remedy: "npm run verify shows which; both are kept.",
  },
  {
    count: dead,
    one: "delivery could not be read",
    more: "deliveries could not be read",
    remedy: "They are kept in RabbitMQ's queue dead-letters.",
  },
  {
    count: parked,
    one: "record could not be stored",
    more: "records could not be stored",
    remedy: "Mend the cause, then store them under their old numbers.",
    to: "/parked",
  },
  {
    count: refusals,
    one: "message is refused by the search index",
    more: "messages are refused by the search index",
    remedy: "Search reads them from MySQL. npm run parked lists them, and tries again.",
  },
];

export function Alarms({ figures }: { figures: Figures }) {
  const alarms = alarmsOf(figures);
  const ringing = alarms.filter(({ count = 0 }) => count > 0);
  const isKnown = alarms.every(({ count }) => count !== undefined);
  return (
    <section aria-label="Alarms" aria-live="polite">
      <h2 className="sr-only">Alarms</h2>
      {ringing.map(({ count, one, more, remedy, to }) => (
        <p
          key={one}
          className="mb-2 flex flex-wrap items-center gap-x-2 gap-y-1 rounded-xl bg-amber-100 px-4 py-3 text-sm text-amber-950 dark:bg-amber-950 dark:text-amber-100"
        >
          <TriangleAlert className="size-4 shrink-0" aria-hidden />
          <strong>
            {count} {count === 1 ? one : more}.
          </strong>
          <span>{remedy}</span>
          {to && (
            <Link href={to} className="font-medium underline">
              Show them
            </Link>
          )}
        </p>
      ))}
      {ringing.length === 0 && isKnown && (
        <p className="flex items-center gap-2 text-sm text-zinc-600 dark:text-zinc-400">
          <CircleCheck className="size-4 text-emerald-600" aria-hidden />
          No alarms: nothing is parked, refused, doubled or unreadable.
        </p>
      )}
      {!isKnown && (
        <p className="text-sm text-zinc-600 dark:text-zinc-400">Not all alarms can be read right now.</p>
      )}
    </section>
  );
}
