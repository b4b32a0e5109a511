/** Why a service cannot do its work now; empty when it can. */
import type { Broker } from "./broker.ts";
import type { Epochs } from "./epochs.ts";
import type { Readiness } from "./http.ts";
import type { Ledger } from "./ledger.ts";
import type { ShardEpoch } from "./records.ts";

/** An epoch that was called over may still be "open", as nobody has begun to recover its shard. */
function describeClosed({ shard, epoch, state, note }: ShardEpoch): string {
  if (state === "open") return `shard ${shard} is closed (epoch ${epoch} is over) and about to be recovered`;
  return `shard ${shard} is being recovered (epoch ${epoch})${note ? `: ${note}` : ""}`;
}

type Dependencies = {
  ledger: Pick<Ledger, "isConnected">;
  broker: Pick<Broker, "isReady">;
  epochs: Pick<Epochs, "isKnown" | "closed">;
};

export function createReadiness({ ledger, broker, epochs }: Dependencies): Readiness {
  return () => [
    ...(ledger.isConnected() ? [] : ["Redis is out of reach"]),
    ...(broker.isReady() ? [] : ["RabbitMQ takes nothing"]),
    ...(epochs.isKnown() ? [] : ["the epochs are not known yet"]),
    ...epochs.closed().map(describeClosed),
  ];
}
