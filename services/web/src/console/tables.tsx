/** The shards' outboxes and the queues, as rows. */
import type { Figures } from "@parley/client";
import type { ReactNode } from "react";

export const cell = "px-3 py-2";
export const numberCell = `${cell} w-24 text-right tabular-nums`;

/** On a narrow screen it is the table that is moved, not the page. */
export function Table({ label, head, children }: { label: string; head: ReactNode; children: ReactNode }) {
  return (
    <div
      role="region"
      aria-label={label}
      tabIndex={0}
      className="overflow-x-auto rounded-xl border border-zinc-200 dark:border-zinc-700"
    >
      <table className="w-full text-sm">
        <thead className="bg-zinc-100 text-left text-xs text-zinc-600 dark:bg-zinc-800 dark:text-zinc-300">
          <tr>{head}</tr>
        </thead>
        <tbody className="divide-y divide-zinc-200 dark:divide-zinc-700">{children}</tbody>
      </table>
    </div>
  );
}

export function Head({ children, isNumber = false }: { children: ReactNode; isNumber?: boolean }) {
  return (
    <th scope="col" className={`${isNumber ? numberCell : cell} font-medium whitespace-nowrap`}>
      {children}
    </th>
  );
}

export function ShardTable({ shards }: { shards: Figures["outbox"] }) {
  const head = (
    <>
      <Head>Shard</Head>
      <Head>State</Head>
      <Head isNumber>Epoch</Head>
      <Head isNumber>Waiting</Head>
      <Head isNumber>KB</Head>
      <Head isNumber>Unconfirmed</Head>
    </>
  );
  return (
    <Table label="Shards" head={head}>
      {shards.map(({ shard, state, note, epoch = "–", records = "–", bytes, unconfirmed = "–" }) => (
        <tr key={shard}>
          <td className={cell}>{shard}</td>
          <td className={cell}>
            <State state={state} />
            {note && <span className="block text-xs text-zinc-600 dark:text-zinc-400">{note}</span>}
          </td>
          <td className={numberCell}>{epoch}</td>
          <td className={numberCell}>{records}</td>
          <td className={numberCell}>{bytes === undefined ? "–" : Math.ceil(bytes / 1024)}</td>
          <td className={numberCell}>{unconfirmed}</td>
        </tr>
      ))}
    </Table>
  );
}

function State({ state }: { state: Figures["outbox"][number]["state"] }) {
  if (state === undefined) return <>not known</>;
  const colour =
    state === "open" ? "text-emerald-700 dark:text-emerald-400" : "text-amber-700 dark:text-amber-400";
  return <span className={`font-medium ${colour}`}>{state}</span>;
}

export function QueueTable({ queues }: { queues: Figures["queues"] }) {
  if (!queues) return <p className="text-sm">RabbitMQ does not answer.</p>;
  const head = (
    <>
      <Head>Queue</Head>
      <Head isNumber>Waiting</Head>
      <Head isNumber>Consumers</Head>
    </>
  );
  return (
    <Table label="Queues" head={head}>
      {queues.map(({ name, messages, consumers }) => (
        <tr key={name}>
          <td className={cell}>{name}</td>
          <td className={numberCell}>{messages ?? "missing"}</td>
          <td className={numberCell}>{consumers ?? "–"}</td>
        </tr>
      ))}
    </Table>
  );
}
