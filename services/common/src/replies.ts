/** What the API replies: applications, chats, messages and problems. What presents a reply is typed by its schema. */
import { z } from "zod";
import { largestNumber } from "./text.ts";

/** A number in its parent. */
export const PublicNumber = z
  .int()
  .min(1)
  .max(largestNumber)
  .meta({ examples: [1] });
export const Time = z.iso.datetime().meta({ description: "In UTC.", examples: ["2026-11-21T11:00:37.102Z"] });
export const Count = z
  .int()
  .min(0)
  .meta({ examples: [2] });
const Token = z.uuid().meta({ examples: ["22398941-880a-4f0d-a44d-d45707392b97"] });
const Secret = z
  .string()
  .meta({ description: "Shown this once.", examples: ["DlTMrLWFj1bMlE1J70zEKwaPn2CEFPy4mV_w5WqWPwE"] });
const ApplicationName = z.string().meta({ examples: ["My product"] });
const ChatName = z.string().meta({ examples: ["General"] });
const Private = z.literal(true).meta({ description: "Left out of open chats." });
const MessageContent = z.string().meta({ examples: ["Good morning from Köln"] });

/** A chat as replies name it. */
export const ChatNumber = z.union([PublicNumber, z.literal("common")]);

export const Username = z.string().meta({ examples: ["ann"] });
export const Person = z.object({
  user_number: PublicNumber,
  username: Username.optional().meta({ description: "Left out of who was deleted." }),
  display_name: z
    .string()
    .optional()
    .meta({ examples: ["Ann"] }),
});

export const Application = z.object({
  application_token: Token,
  application_name: ApplicationName,
  guest_access: z.literal(false).optional().meta({ description: "Left out where guests have access." }),
  chats_count: Count,
  created_at: Time,
  updated_at: Time,
});
export const CreatedApplication = z.object({
  type: z.literal("application"),
  application_token: Token,
  application_name: ApplicationName,
  application_secret: Secret,
});
export const NewSecret = z.object({ application_token: Token, application_secret: Secret });

export const Chat = z.object({
  chat_number: ChatNumber,
  chat_name: ChatName.optional(),
  private: Private.optional(),
  messages_count: Count,
  created_at: Time,
  updated_at: Time,
});
export const CreatedChat = z.object({
  type: z.literal("chat"),
  application_token: Token,
  chat_number: PublicNumber,
  chat_name: ChatName.optional(),
  private: Private.optional(),
});

/** The parts of a message, wherever it is told. */
export const messageShape = {
  message_number: PublicNumber,
  message_content: MessageContent,
  sender: Person.optional().meta({
    description: "Left out of what guests and the application's server write.",
  }),
  created_at: Time,
  edited_at: Time.optional(),
};
export const Message = z.object(messageShape);
export const ListedMessage = Message.extend({
  change_number: z.int().min(1).optional().meta({
    description: "With change_numbers=true, once it is stored: of two states the greater is newer.",
  }),
});
const createdMessageShape = {
  message_number: PublicNumber,
  message_content: MessageContent,
  sender: Person.optional(),
};
const created = { type: z.literal("message"), application_token: Token };
export const CreatedMessage = z.object({ ...created, chat_number: ChatNumber, ...createdMessageShape });
export const CreatedDirectMessage = z.object({
  ...created,
  user_number: PublicNumber,
  ...createdMessageShape,
});
export const DirectMessage = z.object({ user_number: PublicNumber, ...messageShape });
export const Conversation = Person.extend({ last_message: Message });

const Highlight = z.object({ start: z.int().min(0), length: z.int().min(1) });
export const Hit = z.object({
  number: PublicNumber,
  content: MessageContent,
  sender: Person.optional(),
  created_at: Time,
  edited_at: Time.optional(),
  highlights: z.array(Highlight).max(100).meta({ description: "What matches, in code points." }),
});
export const HitInApplication = Hit.extend({ chat_number: ChatNumber });

const FieldError = z.object({
  pointer: z.string().meta({ description: "A JSON pointer.", examples: ["/message_content"] }),
  detail: z.string().meta({ examples: ["must not be empty or spaces only"] }),
});
/** RFC 9457. */
export const Problem = z.object({
  type: z.string().meta({ examples: ["/problems/invalid"] }),
  title: z.string().meta({ examples: ["Some values are not acceptable"] }),
  status: z
    .int()
    .min(400)
    .max(599)
    .meta({ examples: [422] }),
  detail: z.string().meta({ examples: ["/message_content: must not be empty or spaces only"] }),
  instance: z.string().meta({ description: "The request's id.", examples: ["953f14534f0d"] }),
  errors: z.array(FieldError).optional(),
});
