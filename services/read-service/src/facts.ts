/** Loads from MySQL, or what is on the way there, what decides whether somebody may. */
import { isOutOfReach } from "@parley/common/db";
import type { LoadFact } from "@parley/common/read-fact";
import { problem } from "@parley/common/problem";
import { loadPair } from "./conversations.ts";
import { findPrivacy, findRoleIn, getApplication, type ChatAddress, type Stores } from "./find.ts";
import { isSessionLive } from "./queries/senders.ts";

/** Its users tell what MySQL has said from that it was not there. */
export function createLoadFact(stores: Stores): LoadFact {
  const load = createLoad(stores);
  return (token, fact) =>
    load(token, fact).catch((err: unknown) => {
      throw isOutOfReach(err)
        ? problem("unavailable", "This cannot be read right now.", { cause: err })
        : err;
    });
}

async function loadPrivacy(stores: Stores, address: ChatAddress): Promise<string> {
  const { isPrivate, isStored } = await findPrivacy(stores, address);
  return `${isPrivate ? "private" : "open"}${isStored ? "" : "-unstored"}`;
}

function createLoad(stores: Stores): LoadFact {
  return async (token, fact) => {
    switch (fact.of) {
      case "application": {
        const { guestAccess, secretVersion } = await getApplication(stores, token);
        return `${Number(guestAccess)}:${secretVersion}`;
      }
      case "session":
        return (await isSessionLive(stores.db, token, fact)) ? "live" : "ended";
      case "privacy":
        return loadPrivacy(stores, { token, chat: fact.chat });
      case "role":
        return (await findRoleIn(stores, { token, chat: fact.chat }, fact.user)) ?? "";
      case "pair":
        return loadPair(stores.db, token, fact);
    }
  };
}
