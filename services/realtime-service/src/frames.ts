/** What clients send: frames and their contents, as values. */
import { commonChat, publicChatNumber } from "@parley/common/chat-number";
import type { Place } from "@parley/common/frames";
import { problem } from "@parley/common/problem";
import { largestNumber } from "@parley/common/text";
import { z } from "zod";

const number = z.int("must be a whole number").min(1, "counts from 1").max(largestNumber);
const chatNumber = z.union([number, z.literal("common")], 'must be a chat\'s number or "common"');
const change = z.int("must be a change number").min(0);

const place = { chat_number: chatNumber, chat: chatNumber, user_number: number };
const of = <S extends z.ZodRawShape>(shape: S) => z.object(shape, "must be a JSON object");
const about = <S extends z.ZodRawShape>(shape: S) => of({ ...z.object(place).partial().shape, ...shape });
const tokens = { application_token: z.string("must be a string"), access_token: z.string().optional() };
const optionalTokens = z.object(tokens).partial().shape;

export const Frame = z.object(
  {
    type: z.string("must be a string"),
    content: z.unknown().optional(),
    id: z.union([z.string().max(64), z.number()], "must be a string or a number").optional(),
  },
  "must be a JSON object",
);
export type Frame = z.infer<typeof Frame>;

export const Authenticate = of(tokens);
export const ConnectChat = about({
  last_change: change.optional(),
  last_number: z.int().min(0).max(largestNumber).optional(),
  ...optionalTokens,
});
const cursors = (key: RegExp) => z.record(z.string().regex(key, "is no number"), change).default({});
export const Resume = of({
  chats: cursors(/^([1-9]\d{0,9}|common)$/),
  users: cursors(/^[1-9]\d{0,9}$/),
  ...optionalTokens,
});
export const InChat = about({});
/** What else a text has to be create-service and read-service say; lists without end they could not be sent. */
const content = z.string("must be a string");
/** Whoever the client says has sent it: refused if it is somebody else. */
const sender = z.union([number, z.object({ user_number: number })]).optional();
export const SendMessage = about({
  message_content: content,
  key: z
    .string()
    // Else it could not be sent on in a header.
    .regex(/^[\x21-\x7e]{1,66}$/, "must be an Idempotency-Key")
    .optional(),
  sender,
});
export const UpdateMessage = about({ message_number: number, message_content: content, sender });
export const OfMessage = about({ message_number: number, sender });

type GivenPlace = {
  chat_number?: number | "common" | undefined;
  chat?: number | "common" | undefined;
  user_number?: number | undefined;
};
/** A chat as chat-number.ts has it, or the other user of a conversation. */
export type PlaceNamed = { chat: number } | { other: number };

/** @throws Problem invalid unless it names exactly one */
export function placeOf({ chat_number, chat = chat_number, user_number }: GivenPlace): PlaceNamed {
  if ((chat === undefined) === (user_number === undefined)) {
    const detail = "must be there, or user_number";
    throw problem("invalid", "The content names a chat by chat_number, or a conversation by user_number.", {
      errors: [{ pointer: "/chat_number", detail }],
    });
  }
  if (user_number !== undefined) return { other: user_number };
  return { chat: chat === "common" || chat === undefined ? commonChat : chat };
}

export function presentPlace(named: PlaceNamed): Place {
  return "other" in named ? { user_number: named.other } : { chat_number: publicChatNumber(named.chat) };
}

/** Where a place is in the API, behind its application. */
export function pathOf(named: PlaceNamed): string {
  return "other" in named ? `users/${named.other}` : `chats/${publicChatNumber(named.chat)}`;
}
