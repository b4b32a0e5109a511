/** How much of each chat and conversation the user has not read: asked for when something comes, or has been read. */
import { pathOf, type Place, type Unread } from "@parley/client";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { useOpen } from "./parley.tsx";
import { placeOf } from "./places.ts";

const gatherMs = 300;

export type UnreadState = {
  /** Undefined where nobody counts: a guest, or a chat that one is no member of. */
  of: (place: Place) => Unread | undefined;
  isKnown: boolean;
  refresh: () => void;
};

export function useUnread(): UnreadState {
  const { parley, token, me } = useOpen();
  const queries = useQueryClient();
  const queryKey = [token, "unread"];
  const refresh = (): void => void queries.invalidateQueries({ queryKey });
  const { data = [], isPending } = useQuery({
    queryKey,
    queryFn: () => parley.me.unread(),
    enabled: me !== undefined,
    refetchInterval: 60_000,
  });
  function refreshLists(): void {
    for (const list of ["unread", "conversations", "own-chats"]) {
      void queries.invalidateQueries({ queryKey: [token, list] });
    }
  }
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const stop = parley.live.on("notification", () => {
      timer ??= setTimeout(() => {
        timer = undefined;
        refreshLists();
      }, gatherMs);
    });
    // What came meanwhile, nobody was told of.
    const stopStatus = parley.live.on("status", (status) => status === "online" && refreshLists());
    return () => {
      clearTimeout(timer);
      stop();
      stopStatus();
    };
  }, [parley]);
  const byPath = new Map(data.map((one) => [pathOf(placeOf(one)), one]));
  return { of: (place) => byPath.get(pathOf(place)), isKnown: !isPending || me === undefined, refresh };
}
