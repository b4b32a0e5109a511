/** What decides whether somebody may: facts of an application, by what they are asked for. */
import { z } from "zod";

export const roles = ["owner", "moderator", "member"] as const;
export type Role = (typeof roles)[number];

/** How far one may write to the other: `blocked` by the other, `blocking` the other, or the other is `gone`. */
export type PairState = "open" | "blocked" | "blocking" | "gone";

/** Something that is asked of an application; `user` is a user's number. */
export const Fact = z.discriminatedUnion("of", [
  /** `<1 when guests have access, else 0>:<version of the secret>` */
  z.object({ of: z.literal("application") }),
  /** `live` or `ended` */
  z.object({ of: z.literal("session"), user: z.int(), session: z.string() }),
  /** `open` or `private`; with `-unstored` behind it while only Redis has the chat, which may lose it with its number. */
  z.object({ of: z.literal("privacy"), chat: z.int() }),
  /** In a private chat: a role, or "" for none. */
  z.object({ of: z.literal("role"), chat: z.int(), user: z.int() }),
  /** Of two users' conversation: `<its chat>:<how far it is open>`, the chat left out before the first message; "" for none. */
  z.object({ of: z.literal("pair"), from: z.int(), to: z.int() }),
]);
export type Fact = z.infer<typeof Fact>;
