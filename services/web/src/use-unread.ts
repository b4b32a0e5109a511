/** How much of each chat and conversation the user has not read: asked for when something comes, or has been read. */
import type { Place, Unread } from "@parley/client";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { useOpen } from "./parley.tsx";
import { pathOf, placeOf } from "./places.ts";

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
  const { data = [], isSuccess } = useQuery({
    queryKey,
    queryFn: () => parley.me.unread(),
    enabled: me !== undefined,
    refetchInterval: 60_000,
  });
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const stop = parley.live.on("notification", () => {
      timer ??= setTimeout(() => {
        timer = undefined;
        refresh();
        for (const list of ["conversations", "own-chats"]) {
          void queries.invalidateQueries({ queryKey: [token, list] });
        }
      }, gatherMs);
    });
    return () => {
      clearTimeout(timer);
      stop();
    };
  }, [parley]);
  const byPath = new Map(data.map((one) => [pathOf(placeOf(one)), one]));
  return { of: (place) => byPath.get(pathOf(place)), isKnown: isSuccess || me === undefined, refresh };
}
