/** Tells the others of an edit or a delete after COMMIT; what a crash leaves untold is told by the sweep. */
import type { Broker } from "@parley/common/broker";
import type { Change } from "@parley/common/changes";
import type { Epochs } from "@parley/common/epochs";
import type { Ledger } from "@parley/common/ledger";
import type { Logger } from "@parley/common/log";
import { exchanges } from "@parley/common/topology";
import type { Knex } from "knex";
import { deleteAnnouncement, type StoredAnnouncement } from "./queries/change-outbox.ts";

type Dependencies = {
  db: Knex;
  broker: Pick<Broker, "publish">;
  ledger: Pick<Ledger, "open">;
  epochs: Epochs;
  log: Logger;
};
export type Announce = (announcement: StoredAnnouncement) => Promise<void>;

/** Publishes changes of one shard; confirmed. Where nobody listens they go nowhere, which is right. */
export async function publishChanges(
  broker: Pick<Broker, "publish">,
  shard: number,
  changes: readonly Change[],
): Promise<void> {
  if (changes.length === 0) return;
  await broker.publish({
    exchange: exchanges.changes,
    routingKey: String(shard),
    body: JSON.stringify({ changes }),
    mandatory: false,
  });
}

/** @throws Problem unavailable when something could not be told; it is then still in `change_outbox` */
export function createAnnounce({ db, broker, ledger, epochs }: Omit<Dependencies, "log">): Announce {
  return async ({ id, token, chat, changeNumber, closes }) => {
    const fence = epochs.fenceFor(token);
    if (closes !== undefined) await ledger.open(fence, [[closes, "deleted"]]);
    if (chat !== undefined && changeNumber !== undefined) {
      await publishChanges(broker, fence.shard, [{ token, chat, changeNumber }]);
    }
    await deleteAnnouncement(db, id);
  };
}

/** As createAnnounce, for requests: the edit is done, so a failure to tell of it is only logged. */
export function createAnnounceLater(dependencies: Dependencies): Announce {
  const announce = createAnnounce(dependencies);
  return (announcement) =>
    announce(announcement).catch((err: unknown) => {
      dependencies.log.warn({ err, id: announcement.id }, "change not announced, the sweep will");
    });
}
