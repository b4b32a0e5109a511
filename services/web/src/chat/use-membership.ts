/** Whether one is a member of a chat, and in which role. Nothing is known of a guest. */
import { useQuery } from "@tanstack/react-query";
import { useOpen } from "../parley.tsx";

export function useMembership(chat: number) {
  const { parley, token, me } = useOpen();
  const { data } = useQuery({
    queryKey: [token, "membership", chat],
    queryFn: () => parley.members.get(chat, "me"),
    enabled: me !== undefined,
  });
  return data;
}
