/** An Idempotency-Key that stays the same while what is asked for does: sent again after a failure, it is made once. */
import { createKey } from "@parley/client";
import { useRef } from "react";

export function useSameKey(): (...asked: unknown[]) => string {
  const last = useRef({ asked: "", key: "" });
  return (...asked) => {
    const text = JSON.stringify(asked);
    if (last.current.asked !== text) last.current = { asked: text, key: createKey() };
    return last.current.key;
  };
}
