/** One user with its profile; asked for once, whoever shows it. */
import type { User } from "@parley/client";
import { useQuery, type UseQueryResult } from "@tanstack/react-query";
import { useOpen } from "../parley.tsx";

type Options = { staleTime?: number; retry?: boolean };

/** @param number undefined for nobody, who is not asked for */
export function useUser(number: number | undefined, options: Options = {}): UseQueryResult<User> {
  const { parley, token } = useOpen();
  return useQuery({
    queryKey: [token, "user", number],
    queryFn: () => parley.users.get(number ?? 0),
    enabled: number !== undefined,
    ...options,
  });
}
