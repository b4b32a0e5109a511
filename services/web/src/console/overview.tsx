/** Everything that an operator wants to see at once: stores, alarms, traffic, and what waits. */
import type { Figures } from "@parley/client";
import { Spinner } from "../ui.tsx";
import { Alarms } from "./alarms.tsx";
import { Chart, formatNumber } from "./chart.tsx";
import { QueueTable, ShardTable } from "./tables.tsx";
import { StoreLights } from "./store-lights.tsx";
import { ratesOf, valuesOf, type LiveFigures } from "./use-figures.ts";

const grid = "grid grid-cols-2 gap-3 md:grid-cols-3 lg:grid-cols-4";

const traffic = [
  ["accepted", "Messages accepted"],
  ["stored", "Messages stored"],
  ["indexed", "Messages indexed"],
  ["delivered", "Frames delivered"],
  ["requests", "Requests"],
  ["refused", "Refused (4xx)"],
  ["failed", "Failed (5xx)"],
] as const;

const sum = (numbers: readonly (number | undefined)[]): number | undefined =>
  numbers.includes(undefined) ? undefined : numbers.reduce((total: number, n) => total + (n ?? 0), 0);

const depthOf =
  (isIt: (name: string) => boolean) =>
  ({ queues }: Figures) =>
    queues && sum(queues.flatMap(({ name, messages = 0 }) => (isIt(name) ? [messages] : [])));

const waiting: readonly (readonly [string, (figures: Figures) => number | undefined, string?])[] = [
  ["Accepted, not stored yet", ({ outbox }) => sum(outbox.map(({ records }) => records))],
  ["In the records queues", depthOf((name) => name.startsWith("records."))],
  ["In the search queue", depthOf((name) => name === "search")],
  ["Chats behind in search", ({ search }) => search?.chats_behind],
  ["Search is behind", ({ search }) => search?.seconds_behind, " s"],
  ["Counts to be flushed", ({ counts }) => counts?.waiting],
];

export function Overview({ live: { samples, latest } }: { live: LiveFigures }) {
  if (!latest) return <Spinner label="Looking …" />;
  return (
    <div className="space-y-8">
      <h1 className="sr-only">Overview</h1>
      <StoreLights figures={latest} />
      <Alarms figures={latest} />
      <Contents contents={latest.contents} />
      <Section title="Traffic per second">
        <div className={grid}>
          {traffic.map(([name, label]) => (
            <Chart key={name} label={label} points={ratesOf(samples, name)} isTrouble={name === "failed"} />
          ))}
          <Chart label="Open sockets" points={valuesOf(samples, ({ sockets }) => sockets)} />
        </div>
      </Section>
      <Section title="What waits">
        <div className={grid}>
          {waiting.map(([label, pick, unit]) => (
            <Chart key={label} label={label} points={valuesOf(samples, pick)} {...(unit && { unit })} />
          ))}
        </div>
      </Section>
      <div className="grid gap-8 lg:grid-cols-2">
        <Section title="Shards of the numbering">
          <ShardTable shards={latest.outbox} />
        </Section>
        <Section title="Queues">
          <QueueTable queues={latest.queues} />
        </Section>
      </div>
    </div>
  );
}

export function Section({ title, children }: { title: string; children: React.ReactNode }) {
  return (
    <section aria-label={title} className="min-w-0 space-y-3">
      <h2 className="font-semibold">{title}</h2>
      {children}
    </section>
  );
}

function Contents({ contents }: { contents: Figures["contents"] }) {
  const shown = ["applications", "chats", "messages", "users"] as const;
  return (
    <section aria-label="How much there is" className="space-y-1">
      <h2 className="sr-only">How much there is</h2>
      <dl className="grid grid-cols-2 gap-3 sm:grid-cols-4">
        {shown.map((name) => (
          <div key={name} className="rounded-xl bg-zinc-100 px-4 py-3 dark:bg-zinc-800">
            <dt className="text-xs text-zinc-600 capitalize dark:text-zinc-400">{name}</dt>
            <dd className="text-2xl font-semibold tabular-nums">
              {contents ? formatNumber(contents[name]) : "–"}
            </dd>
          </div>
        ))}
      </dl>
      <p className="text-xs text-zinc-600 dark:text-zinc-400">Counted once a minute.</p>
    </section>
  );
}
