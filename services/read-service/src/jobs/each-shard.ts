/** What jobs do for each shard: one that does not answer keeps nobody from the others. */
import type { Epochs } from "@parley/common/epochs";
import { isCold, type Fence } from "@parley/common/ledger";
import type { Logger } from "@parley/common/log";

type Dependencies = { epochs: Pick<Epochs, "openFences" | "markOver">; log: Logger };

export async function forEachOpenShard(
  { epochs, log }: Dependencies,
  act: (fence: Fence) => Promise<void>,
): Promise<void> {
  for (const fence of epochs.openFences()) {
    try {
      await act(fence);
    } catch (err) {
      if (isCold(err)) epochs.markOver(fence);
      else log.warn({ err, shard: fence.shard }, "job not done for this shard, will come again");
    }
  }
}
