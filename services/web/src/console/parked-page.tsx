/** Records that could not be stored, to be stored after all. */
import type { Parked } from "@parley/client";
import { useMutation } from "@tanstack/react-query";
import { Button, Spinner, Trouble } from "../ui.tsx";
import { usePages } from "../use-pages.ts";
import { openAsOperator } from "./credentials.ts";

type Props = { operatorKey: string | undefined };

function describePlace({ kind, chat_number: chat, number }: Parked): string {
  if (kind === "application") return "Application";
  if (kind === "chat") return `Chat ${number}`;
  return chat === undefined ? `Message ${number} of a conversation` : `Message ${number} of chat ${chat}`;
}

export function ParkedPage({ operatorKey }: Props) {
  const { items, isLoading, hasMore, error, more, retry } = usePages<Parked>("", () =>
    openAsOperator(operatorKey).operator.parked(),
  );
  return (
    <div className="space-y-4">
      <div className="flex flex-wrap items-end justify-between gap-3">
        <h1 className="text-xl font-semibold">Parked records</h1>
        <Button onClick={retry}>Look again</Button>
      </div>
      <p className="text-sm text-zinc-600 dark:text-zinc-400">
        These were accepted and have their numbers, but MySQL refuses them. Mend what the reason says, then
        store them.
      </p>
      <Trouble error={error} />
      <ul className="space-y-3" aria-label="Parked records">
        {items.map((one) => (
          <Row key={one.uid} parked={one} operatorKey={operatorKey} />
        ))}
      </ul>
      {items.length === 0 && !isLoading && !error && (
        <p className="py-8 text-center text-sm text-zinc-600 dark:text-zinc-400">Nothing is parked.</p>
      )}
      {isLoading && <Spinner label="Reading …" />}
      {hasMore && !isLoading && <Button onClick={more}>More</Button>}
    </div>
  );
}

function Row({ parked, operatorKey }: Props & { parked: Parked }) {
  const { uid, application_token: token, reason, parked_at: at } = parked;
  const replay = useMutation({ mutationFn: () => openAsOperator(operatorKey).operator.replay(uid) });
  const isStored = replay.data?.stored === true;
  const newReason = replay.data?.stored === false ? replay.data.reason : reason;
  return (
    <li className="flex flex-wrap items-start justify-between gap-3 rounded-xl border border-zinc-200 p-4 dark:border-zinc-700">
      <div className="min-w-0 grow space-y-1 text-sm">
        <p className="font-medium">{describePlace(parked)}</p>
        <p className="break-words">{newReason}</p>
        <p className="text-xs break-all text-zinc-600 dark:text-zinc-400">
          {uid} in {token}, since {new Date(at).toLocaleString()}
        </p>
        <div aria-live="polite">
          {replay.data?.stored === false && <p className="font-medium">It still cannot be stored.</p>}
          {isStored && (
            <p className="font-medium text-emerald-700 dark:text-emerald-400">It is stored now.</p>
          )}
        </div>
        <Trouble error={replay.error} />
      </div>
      {!isStored && (
        <Button onClick={() => replay.mutate()} disabled={replay.isPending}>
          {replay.isPending ? "Storing …" : "Store it now"}
        </Button>
      )}
    </li>
  );
}
