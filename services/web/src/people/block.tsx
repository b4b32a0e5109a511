/** Whether one takes somebody's messages. */
import { useMutation, useQuery } from "@tanstack/react-query";
import { useOpen } from "../parley.tsx";
import { Button, Trouble } from "../ui.tsx";

export function Block({ user }: { user: number }) {
  const { parley, token } = useOpen();
  const blocks = useQuery({
    queryKey: [token, "blocks"],
    queryFn: () => Array.fromAsync(parley.me.blocks()),
  });
  const isBlocked = blocks.data?.some((one) => one.user_number === user) ?? false;
  const change = useMutation({
    mutationFn: () => (isBlocked ? parley.me.unblock(user) : parley.me.block(user)),
    onSettled: () => blocks.refetch(),
  });
  return (
    <>
      <Button onClick={() => change.mutate()} disabled={!blocks.data || change.isPending}>
        {isBlocked ? "Take messages again" : "Block"}
      </Button>
      <Trouble error={change.error ?? blocks.error} />
    </>
  );
}
