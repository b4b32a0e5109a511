/** What a demo application consists of, before anything of it is written. */
import type { Role } from "../../services/client/src/index.ts";

export type DemoPerson = {
  username: string;
  display_name: string;
  description: string;
  colour: string;
  locale: string;
};

/** Who writes what, and what becomes of it once the chat has gone on. */
export type Line = readonly [by: string, text: string, later?: { edited: string } | "deleted"];

export type DemoChat = {
  name: string;
  isPrivate?: boolean;
  /** By user name; the first creates the chat. */
  members: readonly (string | readonly [username: string, role: Role])[];
  lines: readonly Line[];
};

export type DemoConversation = { between: readonly [string, string]; lines: readonly Line[] };

export type DemoApplication = {
  name: string;
  guestAccess: boolean;
  people: readonly DemoPerson[];
  chats: readonly DemoChat[];
  /** What is written in the common chat. */
  common: readonly Line[];
  conversations: readonly DemoConversation[];
};

/** How many requests an application takes, nearly: for the bar. */
export function countLines({ chats, common, conversations }: DemoApplication): number {
  return [...chats, { lines: common }, ...conversations].reduce((sum, { lines }) => sum + lines.length, 0);
}
