/** What the API takes and gives, as the OpenAPI document has it. Times are ISO 8601 in UTC. */
import type { components, operations } from "./api-types.ts";

type Schemas = components["schemas"];
type Query<Id extends keyof operations> = NonNullable<operations[Id]["parameters"]["query"]>;

/** A chat by its number, the common chat, or the conversation with a user. */
export type Place = number | "common" | { user: number };
/** How replies and frames name a place. */
export type PlaceName = { chat_number?: number | "common"; user_number?: number };

export type Person = Schemas["Person"];
export type Application = Schemas["Application"];
export type CreatedApplication = Schemas["CreatedApplication"];
export type Chat = Schemas["Chat"];
export type CreatedChat = Schemas["CreatedChat"];
export type Message = Schemas["ListedMessage"];
export type CreatedMessage = Omit<Schemas["CreatedMessage"], "chat_number"> & PlaceName;
export type Hit = Schemas["Hit"] & PlaceName;
export type Profile = Schemas["Profile"];
/** `null` takes a value away. */
export type ProfileChange = Schemas["GivenProfile"];
export type User = Schemas["User"];
export type Login = Schemas["Login"];
export type Tokens = Pick<Login, "access_token" | "refresh_token" | "expires_in">;
export type Session = Schemas["Session"];
export type Member = Schemas["Member"];
export type Role = Member["role"];
export type Unread = Schemas["Unread"];
export type Reader = Schemas["Reader"];
export type DirectMessage = Schemas["DirectMessage"];
export type Conversation = Schemas["Conversation"];

/** The numbers that were given in a chat; of each kind 1,000 at most, and how many there are in `totals`. */
export type Continuity = Schemas["Continuity"];
/** What an operator looks at live; what cannot be told now is left out and named in `away`. */
export type Figures = Schemas["Figures"];
/** A record that could not be stored. */
export type Parked = Schemas["ParkedRecord"];
export type Replayed = Schemas["Replayed"];

/** One frame of a socket, or of `changes`. */
export type Frame = { type: string; content: Record<string, unknown>; id?: string | number };
export type ChangeFrame = Schemas["Change"];

export type PageOptions = Query<"listChats">;
export type SearchOptions = Omit<Query<"searchChat">, "q" | "search_query" | "cursor" | "count">;
