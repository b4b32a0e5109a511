/** What the API replies of a chat's changes and numbers. Changes look the same as frames of a socket. */
import { z } from "zod";
import { roles } from "./fact.ts";
import { ChatNumber, Count, messageShape, Person, PublicNumber } from "./replies.ts";

const ChangeNumber = z
  .int()
  .min(1)
  .meta({ examples: [1] });
const placed = {
  chat_number: ChatNumber.optional(),
  user_number: PublicNumber.optional(),
  previous_change: Count.meta({ description: "Up to this one all was told before." }),
};
/** Where a change happened, and after which one. */
export type Placed = z.input<z.ZodObject<typeof placed>>;
const contentOf = <S extends z.ZodRawShape>(shape: S) =>
  z.object({ ...placed, change_number: ChangeNumber, ...shape });

/** What happened in a chat or a conversation: of each message and member its newest state. */
export const Change = z.discriminatedUnion("type", [
  z.object({ type: z.literal("message"), content: contentOf(messageShape) }),
  z.object({ type: z.literal("message-updated"), content: contentOf(messageShape) }),
  z.object({ type: z.literal("message-deleted"), content: contentOf({ message_number: PublicNumber }) }),
  z.object({ type: z.literal("join"), content: contentOf({ user: Person, role: z.enum(roles) }) }),
  z.object({ type: z.literal("leave"), content: contentOf({ user: Person }) }),
  z.object({
    type: z.literal("chat-updated"),
    content: contentOf({ chat_name: z.string().optional(), deleted: z.literal(true).optional() }),
  }),
]);

const Numbers = z.array(PublicNumber).max(1000);
export const Continuity = z.object({
  chat_number: ChatNumber,
  head_number: Count.meta({ description: "The last number given." }),
  stored_through: Count.meta({ description: "Up to this one all are stored." }),
  indexed_through: Count.optional().meta({ description: "Up to this one search finds all by its index." }),
  pending: Numbers.meta({ description: "Accepted and not stored yet." }),
  void: Numbers.meta({ description: "Stand for nothing." }),
  parked: Numbers.meta({ description: "Stand for what could not be stored." }),
  missing: Numbers.meta({ description: "Nothing is ever to be missing." }),
  totals: z.object({ pending: Count, void: Count, parked: Count, missing: Count }),
});
