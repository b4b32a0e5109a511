/**
 * Tells MySQL what every copy of the index shows: only then an application's search need not look at a chat's changes
 * itself. One request at a time waits for the next refresh; what is written meanwhile goes with the one after it.
 */
import type { Logger } from "@parley/common/log";
import type { Knex } from "knex";
import { deleteUnindexed } from "../queries/unindexed-chats.ts";
import type { Progress } from "./catch-up.ts";
import type { OneIndex } from "./connect.ts";

const chatsAtOnce = 500;

type Dependencies = { db: Knex; log: Logger };

export function createConfirm({ db, log }: Dependencies) {
  let waiting = new Map<number, Progress>();
  let into: OneIndex | undefined;
  let isBusy = false;
  let isStopped = false;

  async function confirmWaiting(): Promise<void> {
    while (into && waiting.size > 0 && !isStopped) {
      const index = into;
      const chats = [...waiting.values()].slice(0, chatsAtOnce);
      for (const { chat } of chats) waiting.delete(chat.id);
      await index.writeWatermarks(chats, { visible: true });
      const shown = chats.map(({ chat, through }) => ({ chatId: chat.id, through }));
      await deleteUnindexed(db, index.name, shown);
    }
  }

  return {
    /** These have been written to the index so far. */
    add(index: OneIndex, chats: readonly Progress[]): void {
      if (into?.name !== index.name) waiting = new Map();
      into = index;
      for (const { chat, through } of chats) waiting.set(chat.id, { chat, through });
      if (isBusy || isStopped) return;
      isBusy = true;
      void confirmWaiting()
        .catch((err: unknown) => {
          if (isStopped) return;
          log.warn({ err }, "indexed chats are not confirmed yet, the sweep will come back to them");
        })
        .finally(() => (isBusy = false));
    },

    /** Does not wait for a refresh: what is not confirmed is looked at again. */
    stop: (): void => {
      isStopped = true;
    },
  };
}
