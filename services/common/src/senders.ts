/** Who wrote a message: as its record carries it, and as replies tell it. */
import type { Person } from "./replies.ts";
import type { z } from "zod";
import type { TokenUser } from "./access-token.ts";
import type { Sender } from "./records.ts";

export function senderOf({ number, username, displayName }: TokenUser): Sender {
  return { number, username, ...(displayName !== undefined && { displayName }) };
}

export function presentSender({ number, username, displayName }: Sender): z.input<typeof Person> {
  return { user_number: number, username, display_name: displayName };
}
