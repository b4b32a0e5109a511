/** Whether the socket is there, and what is said while it is not. */
import type { Status } from "@parley/client";
import { WifiOff } from "lucide-react";
import { useEffect, useState } from "react";
import { useOpen } from "./parley.tsx";

/** A moment without it is nobody's concern. */
const patienceMs = 1500;

export function useConnection(onLoggedOut: () => void): boolean {
  const { parley } = useOpen();
  const [status, setStatus] = useState<Status>(parley.live.status);
  const [isLate, setLate] = useState(false);
  useEffect(() => {
    const stop = parley.live.on("status", setStatus);
    parley.live.start();
    return stop;
  }, [parley]);
  useEffect(() => {
    if (status === "logged-out") onLoggedOut();
    setLate(false);
    if (status === "online") return undefined;
    const timer = setTimeout(() => setLate(true), patienceMs);
    return () => clearTimeout(timer);
  }, [status === "online", status === "logged-out"]);
  return isLate;
}

export function OfflineBanner() {
  return (
    <p
      role="status"
      className="flex items-center gap-2 bg-amber-100 px-4 py-2 text-sm text-amber-950 dark:bg-amber-900 dark:text-amber-50"
    >
      <WifiOff className="size-4 shrink-0" aria-hidden />
      There is no connection. What you write is kept and sent as soon as it is back.
    </p>
  );
}
