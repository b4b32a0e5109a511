/** What read-service publishes after COMMIT: which chats have new changes, and up to which change number. */
import { z } from "zod";

export const Change = z.object({
  token: z.uuid(),
  /** As chat-number.ts has it. */
  chat: z.int(),
  /** All changes of the chat up to this one can be read from MySQL now. */
  changeNumber: z.int().positive(),
  /** This tells of the changes behind that one; of the last alone where it is left out. */
  after: z.int().min(0).optional(),
});
export type Change = z.infer<typeof Change>;

/** One message of the exchange `changes`; its routing key is the shard. */
export const Changes = z.object({ changes: z.array(Change) });
