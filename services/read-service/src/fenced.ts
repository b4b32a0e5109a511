/** Acting under an epoch that this process may only believe in. */
import type { Epochs } from "@parley/common/epochs";
import { isCold, type Fence } from "@parley/common/ledger";

export type Fenced = <T>(fence: Fence, act: (fence: Fence) => Promise<T>) => Promise<T>;

/** When the epoch turns out to be over, `act` is tried once more in the next, which may be open already. */
export function createFenced(epochs: Pick<Epochs, "markOver" | "refresh" | "fenceOf">): Fenced {
  return async (fence, act) => {
    try {
      return await act(fence);
    } catch (err) {
      if (!isCold(err)) throw err;
      epochs.markOver(fence);
      await epochs.refresh();
      return act(epochs.fenceOf(fence.shard));
    }
  };
}
