/** What the API takes and gives, as its JSON has it. Times are ISO 8601 in UTC. */

/** A chat by its number, the common chat, or the conversation with a user. */
export type Place = number | "common" | { user: number };
/** How replies and frames name a place. */
export type PlaceName = { chat_number?: number | "common"; user_number?: number };

export type Person = { user_number: number; username?: string; display_name?: string };
export type Application = {
  application_token: string;
  application_name: string;
  guest_access?: boolean;
  chats_count?: number;
  created_at: string;
  updated_at: string;
};
export type CreatedApplication = {
  type: "application";
  application_token: string;
  application_name: string;
  application_secret: string;
};
export type Chat = {
  chat_number: number | "common";
  chat_name?: string;
  private?: true;
  messages_count: number;
  created_at: string;
  updated_at: string;
};
export type CreatedChat = { type: "chat"; chat_number: number; chat_name?: string; private?: true };
export type Message = {
  message_number: number;
  message_content: string;
  sender?: Person;
  created_at: string;
  edited_at?: string;
  /** Where it is asked for, of what is stored: of two states of a message the greater is newer. */
  change_number?: number;
};
export type CreatedMessage = PlaceName & {
  type: "message";
  message_number: number;
  message_content: string;
  sender?: Person;
};
export type Hit = PlaceName & {
  number: number;
  content: string;
  sender?: Person;
  created_at: string;
  edited_at?: string;
  highlights: { start: number; length: number }[];
};
export type Profile = {
  display_name?: string;
  description?: string;
  colour?: string;
  avatar_url?: string;
  locale?: string;
  custom?: Record<string, unknown>;
};
/** `null` takes a value away. */
export type ProfileChange = { [K in keyof Profile]?: Profile[K] | null };
export type User = Person & { username: string; profile: Profile; created_at: string; updated_at: string };
export type Tokens = { access_token: string; refresh_token: string; expires_in: number };
export type Login = Tokens & { token_type: "Bearer"; user: User };
export type Session = { session_id: string; device?: string; created_at: string; current?: boolean };
export type Role = "owner" | "moderator" | "member";
export type Member = Person & { role: Role; since: string };
export type Unread = PlaceName & { unread: number; last_read: number };
export type Reader = Person & { message_number: number };
export type DirectMessage = Message & { user_number: number };
export type Conversation = Person & { last_message: Message };

/** One frame of a socket, or of `changes`. */
export type Frame = { type: string; content: Record<string, unknown>; id?: string | number };
type Change = PlaceName & { change_number: number; previous_change: number };
export type ChangeFrame =
  | { type: "message" | "message-updated"; content: Change & Message & { change_number: number } }
  | { type: "message-deleted"; content: Change & { message_number: number } }
  | { type: "join"; content: Change & { user: Person; role: Role } }
  | { type: "leave"; content: Change & { user: Person } }
  | { type: "chat-updated"; content: Change & { chat_name?: string; deleted?: true } };

export type PageOptions = { after?: number; before?: number; limit?: number; order?: "asc" | "desc" };
export type SearchOptions = {
  mode?: "contains" | "words" | "fuzzy";
  sort?: "oldest" | "newest" | "relevance";
  order?: "asc" | "desc";
  after?: string | number;
  before?: string | number;
  from?: number;
  to?: number;
  sender?: number;
  limit?: number;
};
