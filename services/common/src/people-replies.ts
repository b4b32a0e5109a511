/** What the API replies of people: users, sessions, members, blocks, and how far they have read. */
import { z } from "zod";
import { roles } from "./fact.ts";
import { ChatNumber, Count, Person, PublicNumber, Time, Username } from "./replies.ts";

const Role = z.enum(roles);

export const Profile = z.object({
  display_name: z
    .string()
    .optional()
    .meta({ examples: ["Ann"] }),
  description: z.string().optional(),
  colour: z
    .string()
    .optional()
    .meta({ examples: ["#1e90ff"] }),
  avatar_url: z.string().optional(),
  locale: z
    .string()
    .optional()
    .meta({ examples: ["pt-BR"] }),
  custom: z.record(z.string(), z.unknown()).optional(),
});
export const User = Person.extend({
  username: Username,
  profile: Profile,
  created_at: Time,
  updated_at: Time,
});
export const Login = z.object({
  access_token: z.string().meta({ description: "A JWT.", examples: ["eyJhbGciOiJFZERTQSIs…"] }),
  refresh_token: z.string().meta({ description: "Good once.", examples: ["5b1c0b7e-….1.kX3…"] }),
  expires_in: z
    .int()
    .min(1)
    .meta({ description: "Seconds, of the access token.", examples: [900] }),
  token_type: z.literal("Bearer"),
  user: User,
});
export const Session = z.object({
  session_id: z.uuid(),
  user_agent: z.string().optional(),
  address: z
    .string()
    .optional()
    .meta({ examples: ["203.0.113.7"] }),
  created_at: Time,
  used_at: Time,
  current: z.literal(true).optional().meta({ description: "The one that asks." }),
});

export const Member = Person.extend({ username: Username, role: Role, since: Time });
export const ChangedMember = z.object({
  user_number: PublicNumber,
  username: Username,
  role: Role,
});
export const Membership = z.object({
  has_access: z.boolean(),
  role: Role.optional().meta({ description: "Left out of who is no member." }),
});
export const OwnChat = z.object({
  chat_number: PublicNumber,
  chat_name: z
    .string()
    .optional()
    .meta({ examples: ["Committee"] }),
  private: z.literal(true).optional(),
  role: Role,
  since: Time,
});
export const Block = z.object({
  user_number: PublicNumber,
  username: Username,
  since: Time,
});

/** A chat, or a conversation by the other user. */
const place = { chat_number: ChatNumber.optional(), user_number: PublicNumber.optional() };
export const Pointer = z.object({ ...place, message_number: PublicNumber });
export const Reader = Person.extend({ message_number: PublicNumber });
export const Unread = z.object({ ...place, unread: Count, last_read: Count });

export const PublicKeys = z.object({
  keys: z.array(z.record(z.string(), z.unknown())).meta({ description: "JSON Web Keys (RFC 7517)." }),
});
