/** The application that is open, and who is there: for every piece of its pages. */
import type { Parley, User } from "@parley/client";
import { createContext, use } from "react";

export type Open = {
  parley: Parley;
  token: string;
  applicationName: string;
  /** Undefined for a guest. */
  me: User | undefined;
  logOut: () => void;
};

export const OpenContext = createContext<Open | undefined>(undefined);

export function useOpen(): Open {
  const open = use(OpenContext);
  if (!open) throw new Error("no application is open");
  return open;
}
