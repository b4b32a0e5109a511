/** Every address as a function. What is refused is a ParleyError; `key` is an Idempotency-Key, by which a retry is safe. */
import type { Http } from "./http.ts";
import { pathOf } from "./places.ts";
import type {
  Application,
  ChangeFrame,
  Chat,
  Continuity,
  Conversation,
  CreatedApplication,
  CreatedChat,
  CreatedMessage,
  DirectMessage,
  Figures,
  Hit,
  Login,
  Member,
  Message,
  PageOptions,
  Parked,
  Place,
  PlaceName,
  Profile,
  ProfileChange,
  Reader,
  Replayed,
  Role,
  SearchOptions,
  Session,
  Tokens,
  Unread,
  User,
} from "./types.ts";

type Keyed = { key?: string | undefined };
type Matched = { ifMatch?: string | undefined };
type MessagePageOptions = PageOptions & { change_numbers?: boolean };
type Who = number | "me";
export type Api = ReturnType<typeof createApi>;

const applications = "/api/applications";

export function createApi(http: Http) {
  const { ask, list } = http;
  return {
    /** Applications: by the operator key, or where everybody may. */
    applications: {
      create: (name: string, { key }: Keyed = {}): Promise<CreatedApplication> =>
        ask({ method: "POST", path: applications, body: { application_name: name }, key }),
      list: (query: Omit<PageOptions, "after" | "before"> = {}) =>
        list<Application>({ path: applications, query }),
    },
    /** By the operator key. */
    operator: {
      figures: (): Promise<Figures> => ask({ path: "/api/operator/figures" }),
      /** Records that could not be stored. */
      parked: (query: { after?: string; limit?: number } = {}) =>
        list<Parked>({ path: "/api/operator/parked", query }),
      /** Stores one after all, once the cause is mended. */
      replay: (uid: string): Promise<Replayed> =>
        ask({ method: "POST", path: `/api/operator/parked/${uid}/replay` }),
    },
    /** The client's own application. */
    application: {
      get: (): Promise<Application> => ask({ path: "" }),
      update: (body: { application_name?: string; guest_access?: boolean }, more: Matched = {}) =>
        ask<Application>({ method: "PATCH", path: "", body, ...more }),
      delete: (more: Matched = {}): Promise<void> => ask({ method: "DELETE", path: "", ...more }),
      newSecret: (): Promise<{ application_secret: string }> => ask({ method: "POST", path: "/secret" }),
      search: (q: string, query: SearchOptions = {}) =>
        list<Hit>({ path: "/search", query: { q, ...query } }),
    },

    chats: {
      create: (
        { name, isPrivate }: { name?: string; isPrivate?: boolean } = {},
        { key }: Keyed = {},
      ): Promise<CreatedChat> =>
        ask({ method: "POST", path: "/chats", body: { chat_name: name, private: isPrivate }, key }),
      list: (query: PageOptions = {}) => list<Chat>({ path: "/chats", query }),
      get: (chat: number | "common"): Promise<Chat> => ask({ path: `/chats/${chat}` }),
      rename: (chat: number | "common", name: string, more: Matched = {}): Promise<Chat> =>
        ask({ method: "PATCH", path: `/chats/${chat}`, body: { chat_name: name }, ...more }),
      delete: (chat: number, more: Matched = {}): Promise<void> =>
        ask({ method: "DELETE", path: `/chats/${chat}`, ...more }),
      continuity: (chat: number | "common"): Promise<Continuity> =>
        ask({ path: `/chats/${chat}/continuity` }),
    },

    /** In a chat, in the common chat, or with a user. */
    messages: {
      send: (place: Place, content: string, { key }: Keyed = {}): Promise<CreatedMessage> =>
        ask({ method: "POST", path: `${pathOf(place)}/messages`, body: { message_content: content }, key }),
      get: (place: Place, number: number): Promise<Message> =>
        ask({ path: `${pathOf(place)}/messages/${number}` }),
      /** One page. */
      page: (place: Place, query: MessagePageOptions = {}): Promise<Message[]> =>
        ask({ path: `${pathOf(place)}/messages`, query }),
      list: (place: Place, query: MessagePageOptions = {}) =>
        list<Message>({ path: `${pathOf(place)}/messages`, query }),
      edit: (place: Place, number: number, content: string, more: Matched = {}): Promise<Message> =>
        ask({
          method: "PUT",
          path: `${pathOf(place)}/messages/${number}`,
          body: { message_content: content },
          ...more,
        }),
      delete: (place: Place, number: number, more: Matched = {}): Promise<void> =>
        ask({ method: "DELETE", path: `${pathOf(place)}/messages/${number}`, ...more }),
      search: (place: Place, q: string, query: SearchOptions = {}) =>
        list<Hit>({ path: `${pathOf(place)}/search`, query: { q, ...query } }),
      /** One page of what has changed since `after`; `through`: up to there it is complete. */
      async changes(
        place: Place,
        after: number,
      ): Promise<{ changes: ChangeFrame[]; through: number; isLast: boolean }> {
        const path = `${pathOf(place)}/changes`;
        const { body, headers } = await http.answer<ChangeFrame[]>({ path, query: { after, limit: 200 } });
        const through = Number(headers.get("last-change") ?? after);
        return { changes: body, through, isLast: !headers.has("link") };
      },
      /** How far the caller has read; a pointer never goes back. */
      read: (place: Place, number: number): Promise<PlaceName & { message_number: number }> =>
        ask({ method: "PUT", path: `${pathOf(place)}/read`, body: { message_number: number } }),
      readers: (place: Place, query: PageOptions = {}) =>
        list<Reader>({ path: `${pathOf(place)}/read`, query }),
    },

    members: {
      list: (chat: number, query: PageOptions = {}) =>
        list<Member>({ path: `/chats/${chat}/members`, query }),
      get: (chat: number, user: Who): Promise<{ has_access: boolean; role?: Role }> =>
        ask({ path: `/chats/${chat}/members/${user}` }),
      put: (chat: number, user: Who, role?: Role): Promise<{ user_number: number; role: Role }> =>
        ask({ method: "PUT", path: `/chats/${chat}/members/${user}`, body: { role } }),
      remove: (chat: number, user: Who): Promise<void> =>
        ask({ method: "DELETE", path: `/chats/${chat}/members/${user}` }),
    },

    users: {
      /** By the secret. */
      create: (user: { username: string; password?: string } & Profile): Promise<User> =>
        ask({ method: "POST", path: "/users", body: user }),
      /** By the secret. */
      tokenFor: (user: number): Promise<Tokens> => ask({ method: "POST", path: `/users/${user}/token` }),
      list: (query: PageOptions = {}) => list<User>({ path: "/users", query }),
      find: (query: string) => list<User>({ path: "/users", query: { query } }),
      named: (name: string): Promise<User> => ask({ path: `/users/username/${encodeURIComponent(name)}` }),
      get: (user: Who): Promise<User> => ask({ path: `/users/${user}` }),
      update: (
        user: Who,
        body: { username?: string; password?: string; old_password?: string } & ProfileChange,
        more: Matched = {},
      ): Promise<User> => ask({ method: "PATCH", path: `/users/${user}`, body, ...more }),
      delete: (user: Who, { messages }: { messages?: "keep" | "delete" } = {}): Promise<void> =>
        ask({ method: "DELETE", path: `/users/${user}`, query: { messages } }),
      profile: (user: Who): Promise<Profile> => ask({ path: `/users/${user}/profile` }),
      putProfile: (user: Who, body: Profile): Promise<Profile> =>
        ask({ method: "PUT", path: `/users/${user}/profile`, body }),
      changeProfile: (user: Who, body: ProfileChange): Promise<Profile> =>
        ask({ method: "PATCH", path: `/users/${user}/profile`, body }),
      deleteProfile: (user: Who): Promise<void> => ask({ method: "DELETE", path: `/users/${user}/profile` }),
      chats: (user: Who, query: PageOptions = {}) =>
        list<{ chat_number: number; chat_name?: string; private?: true; role: Role; since: string }>({
          path: `/users/${user}/chats`,
          query,
        }),
    },

    /** The caller's own. */
    me: {
      messages: () => list<DirectMessage>({ path: "/users/me/messages" }),
      conversations: () => list<Conversation>({ path: "/users/me/conversations" }),
      unread: (): Promise<Unread[]> => ask({ path: "/users/me/unread" }),
      blocks: () =>
        list<{ user_number: number; username: string; since: string }>({ path: "/users/me/blocks" }),
      block: (user: number): Promise<void> => ask({ method: "PUT", path: `/users/me/blocks/${user}` }),
      unblock: (user: number): Promise<void> => ask({ method: "DELETE", path: `/users/me/blocks/${user}` }),
      sessions: (): Promise<Session[]> => ask({ path: "/sessions" }),
      endSession: (session: string): Promise<void> => ask({ method: "DELETE", path: `/sessions/${session}` }),
    },

    register: (user: { username: string; password: string } & Profile): Promise<User> =>
      ask({ method: "POST", path: "/register", body: user }),
    /** From now on the client is this user. */
    async login(username: string, password: string): Promise<Login> {
      const login = await ask<Login>({ method: "POST", path: "/login", body: { username, password } });
      http.setTokens(login);
      return login;
    },
    renew: (): Promise<void> => http.renew(),
    async logout(): Promise<void> {
      await ask({ method: "POST", path: "/logout" });
      http.setTokens(undefined);
    },
    /** The keys by which access tokens can be verified. */
    keys: () => ask<{ keys: object[] }>({ path: "/api/../.well-known/jwks.json" }),
  };
}
