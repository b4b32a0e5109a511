/** Which stores answer: a light each, which says so in words as well. */
import type { Figures } from "@parley/client";

const names = {
  mysql: "MySQL",
  redis: "Redis",
  rabbitmq: "RabbitMQ",
  elasticsearch: "Elasticsearch",
} as const;

/** What goes on without it, and what does not. */
const without = {
  mysql: "Messages are accepted and wait; what is older cannot be read.",
  redis: "Nothing is accepted until it is back; what is stored can be read.",
  rabbitmq: "Nothing is accepted until it is back; what is stored can be read.",
  elasticsearch: "Search reads MySQL instead, and is slower.",
} as const;

export function StoreLights({ figures: { stores } }: { figures: Figures }) {
  const shown = Object.keys(names) as (keyof typeof names)[];
  return (
    <section aria-label="Stores">
      <h2 className="sr-only">Stores</h2>
      <ul className="grid gap-3 sm:grid-cols-2 lg:grid-cols-4">
        {shown.map((name) => (
          <Light key={name} label={names[name]} state={stores[name]} without={without[name]} />
        ))}
      </ul>
    </section>
  );
}

type LightProps = {
  label: string;
  state: { answers: boolean; reason?: string } | undefined;
  without: string;
};

function Light({ label, state, without: consequence }: LightProps) {
  const colour = !state ? "bg-zinc-400" : !state.answers ? "bg-red-600" : "bg-emerald-600";
  const isTroubled = state?.answers === true && state.reason !== undefined;
  const words = !state ? "is not used" : (state.reason ?? "answers");
  return (
    <li
      className={`rounded-xl border p-3 ${state?.answers === false ? "border-red-400 bg-red-50 dark:border-red-800 dark:bg-red-950" : "border-zinc-200 dark:border-zinc-700"}`}
    >
      <p className="flex items-center gap-2 text-sm">
        <span
          aria-hidden
          className={`size-3 shrink-0 rounded-full ${isTroubled ? "bg-amber-500" : colour}`}
        />
        <span className="font-medium">{label}</span>
        <span className="text-zinc-600 dark:text-zinc-300">{words}</span>
      </p>
      {state?.answers === false && (
        <p className="mt-1 text-xs text-red-800 dark:text-red-200">{consequence}</p>
      )}
    </li>
  );
}
