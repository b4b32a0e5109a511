/** Loads from MySQL, or what is on the way there, what decides whether somebody may. */
import type { LoadFact } from "@parley/common/facts";
import { loadPair } from "./conversations.ts";
import { findRoleIn, getApplication, isPrivateChat, type Stores } from "./find.ts";
import { isSessionLive } from "./queries/senders.ts";

export function createLoadFact(stores: Stores): LoadFact {
  return async (token, fact) => {
    switch (fact.of) {
      case "application": {
        const { guestAccess, secretVersion } = await getApplication(stores, token);
        return `${Number(guestAccess)}:${secretVersion}`;
      }
      case "session":
        return (await isSessionLive(stores.db, token, fact)) ? "live" : "ended";
      case "privacy":
        return (await isPrivateChat(stores, { token, chat: fact.chat })) ? "private" : "open";
      case "role":
        return (await findRoleIn(stores, { token, chat: fact.chat }, fact.user)) ?? "";
      case "pair":
        return loadPair(stores.db, token, fact);
    }
  };
}
