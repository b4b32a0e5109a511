/** Why a service cannot do its work now; empty when it can. */
import type { Broker } from "./broker.ts";
import type { Epochs } from "./epochs.ts";
import type { Readiness } from "./http.ts";
import type { Ledger } from "./ledger.ts";

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
    ...epochs.closed().map((shard) => `shard ${shard} is being recovered`),
  ];
}
