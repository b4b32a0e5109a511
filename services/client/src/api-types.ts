/** Generated from the OpenAPI document by `npm run api-types`. */

export interface paths {
  "/api/applications": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Lists applications by time of creation. */
    get: operations["listApplications"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/applications/{application_token}/chats": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Lists the chats that the caller may read. */
    get: operations["listChats"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/applications/{application_token}/chats/{chat}/changes": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Lists what has happened since a change, as the frames of a socket. */
    get: operations["listChanges"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/applications/{application_token}/chats/{chat}/messages": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Lists messages in a chat. */
    get: operations["listMessages"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/applications/{application_token}/messages": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Lists messages in the common chat. */
    get: operations["listCommonMessages"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/applications/{application_token}/search": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Searches in all chats of the application that the caller may read.
     * @description Plain text without operators. Who cannot send `q` may send it as `search_query`, there or in a JSON body.
     */
    get: operations["searchApplication"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/applications/{application_token}/chats/{chat}/search": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Searches in a chat.
     * @description Plain text without operators. Who cannot send `q` may send it as `search_query`, there or in a JSON body.
     */
    get: operations["searchChat"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/applications/{application_token}/users/{user_number}/search": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Searches in the caller's conversation with a user.
     * @description Plain text without operators. Who cannot send `q` may send it as `search_query`, there or in a JSON body.
     */
    get: operations["searchConversation"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/applications/{application_token}/users": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Lists users by number, or those that `query` finds.
     * @description `query` and `cursor` do not go together with `after`, `before` and `order`.
     */
    get: operations["listUsers"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/applications/{application_token}/users/{user}": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    post?: never;
    /** Deletes a user and, unless they are to be kept, its messages. */
    delete: operations["deleteUser"];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/applications/{application_token}/chats/{chat_number}/members": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Lists the members of a chat. */
    get: operations["listMembers"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/applications/{application_token}/users/{user}/chats": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Lists the chats that a user is a member of. */
    get: operations["listChatsOfUser"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/applications/{application_token}/users/{user_number}/messages": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Lists messages of the caller's conversation with a user. */
    get: operations["listDirectMessages"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/applications/{application_token}/users/{user_number}/changes": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Lists what has happened since a change, as the frames of a socket. */
    get: operations["listConversationChanges"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/applications/{application_token}/users/{user_number}/read": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Lists who has read how far. */
    get: operations["listConversationReaders"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/applications/{application_token}/chats/{chat}/read": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Lists who has read how far. */
    get: operations["listChatReaders"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/applications/{application_token}/users/me/messages": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Lists the messages of all conversations, newest first. */
    get: operations["listOwnMessages"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/applications/{application_token}/users/me/conversations": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Lists conversations with their last message. */
    get: operations["listConversations"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/applications/{application_token}/users/me/blocks": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Lists whose messages the caller does not take. */
    get: operations["listBlocks"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/operator/parked": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Lists records that could not be stored. */
    get: operations["listParked"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
}
export type webhooks = Record<string, never>;
export interface components {
  schemas: {
    Application: {
      /**
       * Format: uuid
       * @example 22398941-880a-4f0d-a44d-d45707392b97
       */
      application_token: string;
      /** @example My product */
      application_name: string;
      /**
       * @description Left out where guests have access.
       * @constant
       */
      guest_access?: false;
      chats_count: components["schemas"]["Count"];
      created_at: components["schemas"]["Time"];
      updated_at: components["schemas"]["Time"];
    };
    Chat: {
      chat_number: components["schemas"]["ChatNumber"];
      /** @example General */
      chat_name?: string;
      /**
       * @description Left out of open chats.
       * @constant
       */
      private?: true;
      messages_count: components["schemas"]["Count"];
      created_at: components["schemas"]["Time"];
      updated_at: components["schemas"]["Time"];
    };
    ChatNumber: components["schemas"]["PublicNumber"] | "common";
    Conversation: {
      user_number: components["schemas"]["PublicNumber"];
      /** @description Left out of who was deleted. */
      username?: components["schemas"]["Username"];
      /** @example Ann */
      display_name?: string;
      last_message: components["schemas"]["Message"];
    };
    /** @example 2 */
    Count: number;
    CreatedApplication: {
      /** @constant */
      type: "application";
      /**
       * Format: uuid
       * @example 22398941-880a-4f0d-a44d-d45707392b97
       */
      application_token: string;
      /** @example My product */
      application_name: string;
      /**
       * @description Shown this once.
       * @example DlTMrLWFj1bMlE1J70zEKwaPn2CEFPy4mV_w5WqWPwE
       */
      application_secret: string;
    };
    CreatedChat: {
      /** @constant */
      type: "chat";
      /**
       * Format: uuid
       * @example 22398941-880a-4f0d-a44d-d45707392b97
       */
      application_token: string;
      chat_number: components["schemas"]["PublicNumber"];
      /** @example General */
      chat_name?: string;
      /**
       * @description Left out of open chats.
       * @constant
       */
      private?: true;
    };
    CreatedDirectMessage: {
      /** @constant */
      type: "message";
      /**
       * Format: uuid
       * @example 22398941-880a-4f0d-a44d-d45707392b97
       */
      application_token: string;
      user_number: components["schemas"]["PublicNumber"];
      message_number: components["schemas"]["PublicNumber"];
      /** @example Good morning from Köln */
      message_content: string;
      sender?: components["schemas"]["Person"];
    };
    CreatedMessage: {
      /** @constant */
      type: "message";
      /**
       * Format: uuid
       * @example 22398941-880a-4f0d-a44d-d45707392b97
       */
      application_token: string;
      chat_number: components["schemas"]["ChatNumber"];
      message_number: components["schemas"]["PublicNumber"];
      /** @example Good morning from Köln */
      message_content: string;
      sender?: components["schemas"]["Person"];
    };
    DirectMessage: {
      user_number: components["schemas"]["PublicNumber"];
      message_number: components["schemas"]["PublicNumber"];
      /** @example Good morning from Köln */
      message_content: string;
      /** @description Left out of what guests and the application's server write. */
      sender?: components["schemas"]["Person"];
      created_at: components["schemas"]["Time"];
      edited_at?: components["schemas"]["Time"];
    };
    Hit: {
      number: components["schemas"]["PublicNumber"];
      /** @example Good morning from Köln */
      content: string;
      sender?: components["schemas"]["Person"];
      created_at: components["schemas"]["Time"];
      edited_at?: components["schemas"]["Time"];
      /** @description What matches, in code points. */
      highlights: {
        start: number;
        length: number;
      }[];
    };
    HitInApplication: {
      number: components["schemas"]["PublicNumber"];
      /** @example Good morning from Köln */
      content: string;
      sender?: components["schemas"]["Person"];
      created_at: components["schemas"]["Time"];
      edited_at?: components["schemas"]["Time"];
      /** @description What matches, in code points. */
      highlights: {
        start: number;
        length: number;
      }[];
      chat_number: components["schemas"]["ChatNumber"];
    };
    ListedMessage: {
      message_number: components["schemas"]["PublicNumber"];
      /** @example Good morning from Köln */
      message_content: string;
      /** @description Left out of what guests and the application's server write. */
      sender?: components["schemas"]["Person"];
      created_at: components["schemas"]["Time"];
      edited_at?: components["schemas"]["Time"];
      /** @description With change_numbers=true, once it is stored: of two states the greater is newer. */
      change_number?: number;
    };
    Message: {
      message_number: components["schemas"]["PublicNumber"];
      /** @example Good morning from Köln */
      message_content: string;
      /** @description Left out of what guests and the application's server write. */
      sender?: components["schemas"]["Person"];
      created_at: components["schemas"]["Time"];
      edited_at?: components["schemas"]["Time"];
    };
    NewSecret: {
      /**
       * Format: uuid
       * @example 22398941-880a-4f0d-a44d-d45707392b97
       */
      application_token: string;
      /**
       * @description Shown this once.
       * @example DlTMrLWFj1bMlE1J70zEKwaPn2CEFPy4mV_w5WqWPwE
       */
      application_secret: string;
    };
    Person: {
      user_number: components["schemas"]["PublicNumber"];
      /** @description Left out of who was deleted. */
      username?: components["schemas"]["Username"];
      /** @example Ann */
      display_name?: string;
    };
    Problem: {
      /** @example /problems/invalid */
      type: string;
      /** @example Some values are not acceptable */
      title: string;
      /** @example 422 */
      status: number;
      /** @example /message_content: must not be empty or spaces only */
      detail: string;
      /**
       * @description The request's id.
       * @example 953f14534f0d
       */
      instance: string;
      errors?: {
        /**
         * @description A JSON pointer.
         * @example /message_content
         */
        pointer: string;
        /** @example must not be empty or spaces only */
        detail: string;
      }[];
    };
    /** @example 1 */
    PublicNumber: number;
    /**
     * Format: date-time
     * @description In UTC.
     * @example 2026-11-21T11:00:37.102Z
     */
    Time: string;
    /** @example ann */
    Username: string;
    Block: {
      user_number: components["schemas"]["PublicNumber"];
      username: components["schemas"]["Username"];
      since: components["schemas"]["Time"];
    };
    ChangedMember: {
      user_number: components["schemas"]["PublicNumber"];
      username: components["schemas"]["Username"];
      /** @enum {string} */
      role: "owner" | "moderator" | "member";
    };
    Login: {
      /**
       * @description A JWT.
       * @example eyJhbGciOiJFZERTQSIs…
       */
      access_token: string;
      /**
       * @description Good once.
       * @example 5b1c0b7e-….1.kX3…
       */
      refresh_token: string;
      /**
       * @description Seconds, of the access token.
       * @example 900
       */
      expires_in: number;
      /** @constant */
      token_type: "Bearer";
      user: components["schemas"]["User"];
    };
    Member: {
      user_number: components["schemas"]["PublicNumber"];
      username: components["schemas"]["Username"];
      /** @example Ann */
      display_name?: string;
      /** @enum {string} */
      role: "owner" | "moderator" | "member";
      since: components["schemas"]["Time"];
    };
    Membership: {
      has_access: boolean;
      /**
       * @description Left out of who is no member.
       * @enum {string}
       */
      role?: "owner" | "moderator" | "member";
    };
    OwnChat: {
      chat_number: components["schemas"]["PublicNumber"];
      /** @example Committee */
      chat_name?: string;
      /** @constant */
      private?: true;
      /** @enum {string} */
      role: "owner" | "moderator" | "member";
      since: components["schemas"]["Time"];
    };
    Pointer: {
      chat_number?: components["schemas"]["ChatNumber"];
      user_number?: components["schemas"]["PublicNumber"];
      message_number: components["schemas"]["PublicNumber"];
    };
    Profile: {
      /** @example Ann */
      display_name?: string;
      description?: string;
      /** @example #1e90ff */
      colour?: string;
      avatar_url?: string;
      /** @example pt-BR */
      locale?: string;
      custom?: {
        [key: string]: unknown;
      };
    };
    PublicKeys: {
      /** @description JSON Web Keys (RFC 7517). */
      keys: {
        [key: string]: unknown;
      }[];
    };
    Reader: {
      user_number: components["schemas"]["PublicNumber"];
      /** @description Left out of who was deleted. */
      username?: components["schemas"]["Username"];
      /** @example Ann */
      display_name?: string;
      message_number: components["schemas"]["PublicNumber"];
    };
    Session: {
      /** Format: uuid */
      session_id: string;
      user_agent?: string;
      /** @example 203.0.113.7 */
      address?: string;
      created_at: components["schemas"]["Time"];
      used_at: components["schemas"]["Time"];
      /**
       * @description The one that asks.
       * @constant
       */
      current?: true;
    };
    Unread: {
      chat_number?: components["schemas"]["ChatNumber"];
      user_number?: components["schemas"]["PublicNumber"];
      unread: components["schemas"]["Count"];
      last_read: components["schemas"]["Count"];
    };
    User: {
      user_number: components["schemas"]["PublicNumber"];
      username: components["schemas"]["Username"];
      /** @example Ann */
      display_name?: string;
      profile: components["schemas"]["Profile"];
      created_at: components["schemas"]["Time"];
      updated_at: components["schemas"]["Time"];
    };
    Change:
      | {
          /** @constant */
          type: "message";
          content: {
            chat_number?: components["schemas"]["ChatNumber"];
            user_number?: components["schemas"]["PublicNumber"];
            /**
             * @description Up to this one all was told before.
             * @example 2
             */
            previous_change: components["schemas"]["Count"];
            /** @example 1 */
            change_number: number;
            message_number: components["schemas"]["PublicNumber"];
            /** @example Good morning from Köln */
            message_content: string;
            /** @description Left out of what guests and the application's server write. */
            sender?: components["schemas"]["Person"];
            created_at: components["schemas"]["Time"];
            edited_at?: components["schemas"]["Time"];
          };
        }
      | {
          /** @constant */
          type: "message-updated";
          content: {
            chat_number?: components["schemas"]["ChatNumber"];
            user_number?: components["schemas"]["PublicNumber"];
            /**
             * @description Up to this one all was told before.
             * @example 2
             */
            previous_change: components["schemas"]["Count"];
            /** @example 1 */
            change_number: number;
            message_number: components["schemas"]["PublicNumber"];
            /** @example Good morning from Köln */
            message_content: string;
            /** @description Left out of what guests and the application's server write. */
            sender?: components["schemas"]["Person"];
            created_at: components["schemas"]["Time"];
            edited_at?: components["schemas"]["Time"];
          };
        }
      | {
          /** @constant */
          type: "message-deleted";
          content: {
            chat_number?: components["schemas"]["ChatNumber"];
            user_number?: components["schemas"]["PublicNumber"];
            /**
             * @description Up to this one all was told before.
             * @example 2
             */
            previous_change: components["schemas"]["Count"];
            /** @example 1 */
            change_number: number;
            message_number: components["schemas"]["PublicNumber"];
          };
        }
      | {
          /** @constant */
          type: "join";
          content: {
            chat_number?: components["schemas"]["ChatNumber"];
            user_number?: components["schemas"]["PublicNumber"];
            /**
             * @description Up to this one all was told before.
             * @example 2
             */
            previous_change: components["schemas"]["Count"];
            /** @example 1 */
            change_number: number;
            user: components["schemas"]["Person"];
            /** @enum {string} */
            role: "owner" | "moderator" | "member";
          };
        }
      | {
          /** @constant */
          type: "leave";
          content: {
            chat_number?: components["schemas"]["ChatNumber"];
            user_number?: components["schemas"]["PublicNumber"];
            /**
             * @description Up to this one all was told before.
             * @example 2
             */
            previous_change: components["schemas"]["Count"];
            /** @example 1 */
            change_number: number;
            user: components["schemas"]["Person"];
          };
        }
      | {
          /** @constant */
          type: "chat-updated";
          content: {
            chat_number?: components["schemas"]["ChatNumber"];
            user_number?: components["schemas"]["PublicNumber"];
            /**
             * @description Up to this one all was told before.
             * @example 2
             */
            previous_change: components["schemas"]["Count"];
            /** @example 1 */
            change_number: number;
            chat_name?: string;
            /** @constant */
            deleted?: true;
          };
        };
    Continuity: {
      chat_number: components["schemas"]["ChatNumber"];
      /**
       * @description The last number given.
       * @example 2
       */
      head_number: components["schemas"]["Count"];
      /**
       * @description Up to this one all are stored.
       * @example 2
       */
      stored_through: components["schemas"]["Count"];
      /** @description Up to this one search finds all by its index. */
      indexed_through?: components["schemas"]["Count"];
      /** @description Accepted and not stored yet. */
      pending: components["schemas"]["PublicNumber"][];
      /** @description Stand for nothing. */
      void: components["schemas"]["PublicNumber"][];
      /** @description Stand for what could not be stored. */
      parked: components["schemas"]["PublicNumber"][];
      /** @description Nothing is ever to be missing. */
      missing: components["schemas"]["PublicNumber"][];
      totals: {
        pending: components["schemas"]["Count"];
        void: components["schemas"]["Count"];
        parked: components["schemas"]["Count"];
        missing: components["schemas"]["Count"];
      };
    };
    Figures: {
      at: components["schemas"]["Time"];
      /** @description What all processes have done since the counters began: rates are differences. */
      totals?: {
        [key: string]: components["schemas"]["Count"];
      };
      sockets?: components["schemas"]["Count"];
      queues?: {
        name: string;
        messages?: components["schemas"]["Count"];
        consumers?: components["schemas"]["Count"];
      }[];
      outbox: {
        shard: components["schemas"]["Count"];
        epoch?: components["schemas"]["Count"];
        /** @enum {string} */
        state?: "open" | "recovering";
        /** @description How far a recovery is. */
        note?: string;
        changed_at?: components["schemas"]["Time"];
        /** @description Accepted, and perhaps not stored yet. */
        records?: components["schemas"]["Count"];
        bytes?: components["schemas"]["Count"];
        /** @description Batches that the broker has not confirmed. */
        unconfirmed?: components["schemas"]["Count"];
      }[];
      /** @description What the index does not show yet. */
      search?: {
        chats_behind: components["schemas"]["Count"];
        seconds_behind: components["schemas"]["Count"];
      };
      /** @description Counts to be flushed. */
      counts?: {
        waiting: components["schemas"]["Count"];
      };
      parked?: components["schemas"]["Count"];
      /** @description Messages that the index refuses. */
      refusals?: components["schemas"]["Count"];
      /** @description Numbers given to two records: never. */
      conflicts?: components["schemas"]["Count"];
      dead_letters?: components["schemas"]["Count"];
      contents?: {
        applications: components["schemas"]["Count"];
        chats: components["schemas"]["Count"];
        messages: components["schemas"]["Count"];
        users: components["schemas"]["Count"];
      };
      stores: {
        mysql: {
          answers: boolean;
          /** @description Why it does not do all of its work. */
          reason?: string;
        };
        redis: {
          answers: boolean;
          /** @description Why it does not do all of its work. */
          reason?: string;
        };
        rabbitmq: {
          answers: boolean;
          /** @description Why it does not do all of its work. */
          reason?: string;
        };
        elasticsearch?: {
          answers: boolean;
          /** @description Why it does not do all of its work. */
          reason?: string;
        };
      };
      away: string[];
    };
    ParkedRecord: {
      /**
       * Format: uuid
       * @example 5b1c0b7e-4b0f-4a3e-9d5e-1f2a3b4c5d6e
       */
      uid: string;
      /** @enum {string} */
      kind: "application" | "chat" | "message";
      /** Format: uuid */
      application_token: string;
      chat_number?: components["schemas"]["ChatNumber"];
      number?: components["schemas"]["PublicNumber"];
      reason: string;
      parked_at: components["schemas"]["Time"];
    };
    Replayed: {
      /**
       * Format: uuid
       * @example 5b1c0b7e-4b0f-4a3e-9d5e-1f2a3b4c5d6e
       */
      uid: string;
      stored: boolean;
      /** @description Why it still cannot be stored. */
      reason?: string;
    };
    NewApplication: {
      /**
       * @description One line, not of spaces only.
       * @example General
       */
      application_name: string;
    };
    ChangedApplication: {
      /**
       * @description One line, not of spaces only.
       * @example General
       */
      application_name?: string;
      /** @description Whether guests have access. It takes the secret. */
      guest_access?: boolean;
    };
    NewChat: {
      /**
       * @description One line, not of spaces only.
       * @example General
       */
      chat_name?: string;
      /** @description For members alone. By a user, who is its owner, or by the secret. */
      private?: boolean;
    };
    ChangedChat: {
      /**
       * @description One line, not of spaces only.
       * @example General
       */
      chat_name: string;
    };
    NewMessage: {
      /**
       * @description 65,535 bytes of UTF-8 at most, not of spaces only.
       * @example Good morning from Köln
       */
      message_content: string;
    };
    ChangedMessage: {
      /**
       * @description 65,535 bytes of UTF-8 at most, not of spaces only.
       * @example Good morning from Köln
       */
      message_content: string;
    };
    NewPointer: {
      message_number: number;
    };
    NewMember: {
      /** @enum {string} */
      role?: "owner" | "moderator" | "member";
    };
    NewAccount: {
      /**
       * @description Letters and digits of any language, dots, hyphens and underscores.
       * @example ann
       */
      username: string;
      /**
       * @description None of the passwords that are tried first.
       * @example correct horse battery
       */
      password: string;
      display_name?: string | null;
      description?: string | null;
      colour?: string | null;
      avatar_url?: string | null;
      locale?: string | null;
      custom?: {
        [key: string]: unknown;
      } | null;
    };
    Credentials: {
      /** @example ann */
      username: string;
      /** @example correct horse battery */
      password: string;
    };
    Renewal: {
      refresh_token: string;
    };
    Logout: {
      refresh_token?: string;
    };
    NewUser: {
      /**
       * @description Letters and digits of any language, dots, hyphens and underscores.
       * @example ann
       */
      username: string;
      /**
       * @description None of the passwords that are tried first.
       * @example correct horse battery
       */
      password?: string;
      display_name?: string | null;
      description?: string | null;
      colour?: string | null;
      avatar_url?: string | null;
      locale?: string | null;
      custom?: {
        [key: string]: unknown;
      } | null;
    };
    ChangedUser: {
      /**
       * @description Letters and digits of any language, dots, hyphens and underscores.
       * @example ann
       */
      username?: string;
      /**
       * @description None of the passwords that are tried first.
       * @example correct horse battery
       */
      password?: string;
      /** @example correct horse battery */
      old_password?: string;
      display_name?: string | null;
      description?: string | null;
      colour?: string | null;
      avatar_url?: string | null;
      locale?: string | null;
      custom?: {
        [key: string]: unknown;
      } | null;
    };
    GivenProfile: {
      display_name?: string | null;
      description?: string | null;
      colour?: string | null;
      avatar_url?: string | null;
      locale?: string | null;
      custom?: {
        [key: string]: unknown;
      } | null;
    };
  };
  responses: never;
  parameters: {
    /**
     * @description The public, random name of the application, which lets guests in.
     * @example 22398941-880a-4f0d-a44d-d45707392b97
     */
    application_token: string;
    /**
     * @description A chat's number, or `common`.
     * @example 1
     */
    chat: number | "common";
    /**
     * @description A chat's number.
     * @example 1
     */
    chat_number: number;
    /**
     * @description The message's number in its chat.
     * @example 1
     */
    message_number: number;
    /**
     * @description A user's number; `me` is the caller.
     * @example 1
     */
    user: number | "me";
    /**
     * @description Another user's number.
     * @example 2
     */
    user_number: number;
    /**
     * @description A user name, in any case.
     * @example ann
     */
    username: string;
    /**
     * @description As the list has it.
     * @example 5b1c0b7e-4b0f-4a3e-9d5e-1f2a3b4c5d6e
     */
    session_id: string;
    /**
     * @description A parked record's, as the list has it.
     * @example 5b1c0b7e-4b0f-4a3e-9d5e-1f2a3b4c5d6e
     */
    uid: string;
    /** @description Sent again with the same body it gets the same reply: for ever if it is a UUIDv7, else for 24 hours. */
    "Idempotency-Key": string;
    /** @description The ETag that the record was read with: it is 412 if it has changed. */
    "If-Match": string;
  };
  requestBodies: never;
  headers: never;
  pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
  listApplications: {
    parameters: {
      query?: {
        /**
         * @description How many at most; 100 if it is left out.
         * @example 2
         */
        limit?: number;
        /** @example desc */
        order?: "asc" | "desc";
        after?: string;
        before?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: never;
  };
  listChats: {
    parameters: {
      query?: {
        /**
         * @description How many at most; 100 if it is left out.
         * @example 2
         */
        limit?: number;
        /** @example desc */
        order?: "asc" | "desc";
        /**
         * @description Only greater numbers.
         * @example 0
         */
        after?: number;
        /**
         * @description Only smaller numbers.
         * @example 1000
         */
        before?: number;
      };
      header?: never;
      path: {
        /**
         * @description The public, random name of the application, which lets guests in.
         * @example 22398941-880a-4f0d-a44d-d45707392b97
         */
        application_token: components["parameters"]["application_token"];
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: never;
  };
  listChanges: {
    parameters: {
      query?: {
        /**
         * @description How many at most; 100 if it is left out.
         * @example 2
         */
        limit?: number;
        /**
         * @description The last change that is known.
         * @example 0
         */
        after?: number;
      };
      header?: never;
      path: {
        /**
         * @description The public, random name of the application, which lets guests in.
         * @example 22398941-880a-4f0d-a44d-d45707392b97
         */
        application_token: components["parameters"]["application_token"];
        /**
         * @description A chat's number, or `common`.
         * @example 1
         */
        chat: components["parameters"]["chat"];
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: never;
  };
  listMessages: {
    parameters: {
      query?: {
        /**
         * @description How many at most; 100 if it is left out.
         * @example 2
         */
        limit?: number;
        /** @example desc */
        order?: "asc" | "desc";
        /**
         * @description Only greater numbers.
         * @example 0
         */
        after?: number;
        /**
         * @description Only smaller numbers.
         * @example 1000
         */
        before?: number;
        /**
         * @description Whether messages come with their change_number, once they are stored.
         * @example true
         */
        change_numbers?: "true" | "false";
      };
      header?: never;
      path: {
        /**
         * @description The public, random name of the application, which lets guests in.
         * @example 22398941-880a-4f0d-a44d-d45707392b97
         */
        application_token: components["parameters"]["application_token"];
        /**
         * @description A chat's number, or `common`.
         * @example 1
         */
        chat: components["parameters"]["chat"];
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: never;
  };
  listCommonMessages: {
    parameters: {
      query?: {
        /**
         * @description How many at most; 100 if it is left out.
         * @example 2
         */
        limit?: number;
        /** @example desc */
        order?: "asc" | "desc";
        /**
         * @description Only greater numbers.
         * @example 0
         */
        after?: number;
        /**
         * @description Only smaller numbers.
         * @example 1000
         */
        before?: number;
        /**
         * @description Whether messages come with their change_number, once they are stored.
         * @example true
         */
        change_numbers?: "true" | "false";
      };
      header?: never;
      path: {
        /**
         * @description The public, random name of the application, which lets guests in.
         * @example 22398941-880a-4f0d-a44d-d45707392b97
         */
        application_token: components["parameters"]["application_token"];
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: never;
  };
  searchApplication: {
    parameters: {
      query: {
        /**
         * @description How many at most; 100 if it is left out.
         * @example 2
         */
        limit?: number;
        /** @example desc */
        order?: "asc" | "desc";
        /**
         * @description What to search for.
         * @example koln
         */
        q: string;
        /** @description The same by another name. */
        search_query?: string;
        /** @example words */
        mode?: "contains" | "words" | "fuzzy";
        /** @example relevance */
        sort?: "oldest" | "newest" | "relevance";
        /** @description Where a page ended, as its Link has it. */
        cursor?: string;
        /**
         * @description A user's number.
         * @example 1
         */
        sender?: number;
        after?: string;
        before?: string;
        /**
         * @description Whether to say in Search-Count how many hits there are.
         * @example true
         */
        count?: "true" | "false";
      };
      header?: never;
      path: {
        /**
         * @description The public, random name of the application, which lets guests in.
         * @example 22398941-880a-4f0d-a44d-d45707392b97
         */
        application_token: components["parameters"]["application_token"];
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: never;
  };
  searchChat: {
    parameters: {
      query: {
        /**
         * @description How many at most; 100 if it is left out.
         * @example 2
         */
        limit?: number;
        /** @example desc */
        order?: "asc" | "desc";
        /**
         * @description What to search for.
         * @example koln
         */
        q: string;
        /** @description The same by another name. */
        search_query?: string;
        /** @example words */
        mode?: "contains" | "words" | "fuzzy";
        /** @example relevance */
        sort?: "oldest" | "newest" | "relevance";
        /** @description Where a page ended, as its Link has it. */
        cursor?: string;
        /**
         * @description A user's number.
         * @example 1
         */
        sender?: number;
        /** @description A time or a message number, itself left out. */
        after?: string | number;
        /** @description A time or a message number, itself left out. */
        before?: string | number;
        /**
         * @description Whether to say in Search-Count how many hits there are.
         * @example true
         */
        count?: "true" | "false";
        /**
         * @description A message number, included.
         * @example 1
         */
        from?: number;
        /**
         * @description A message number, included.
         * @example 2
         */
        to?: number;
      };
      header?: never;
      path: {
        /**
         * @description The public, random name of the application, which lets guests in.
         * @example 22398941-880a-4f0d-a44d-d45707392b97
         */
        application_token: components["parameters"]["application_token"];
        /**
         * @description A chat's number, or `common`.
         * @example 1
         */
        chat: components["parameters"]["chat"];
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: never;
  };
  searchConversation: {
    parameters: {
      query: {
        /**
         * @description How many at most; 100 if it is left out.
         * @example 2
         */
        limit?: number;
        /** @example desc */
        order?: "asc" | "desc";
        /**
         * @description What to search for.
         * @example koln
         */
        q: string;
        /** @description The same by another name. */
        search_query?: string;
        /** @example words */
        mode?: "contains" | "words" | "fuzzy";
        /** @example relevance */
        sort?: "oldest" | "newest" | "relevance";
        /** @description Where a page ended, as its Link has it. */
        cursor?: string;
        /**
         * @description A user's number.
         * @example 1
         */
        sender?: number;
        /** @description A time or a message number, itself left out. */
        after?: string | number;
        /** @description A time or a message number, itself left out. */
        before?: string | number;
        /**
         * @description Whether to say in Search-Count how many hits there are.
         * @example true
         */
        count?: "true" | "false";
        /**
         * @description A message number, included.
         * @example 1
         */
        from?: number;
        /**
         * @description A message number, included.
         * @example 2
         */
        to?: number;
      };
      header?: never;
      path: {
        /**
         * @description The public, random name of the application, which lets guests in.
         * @example 22398941-880a-4f0d-a44d-d45707392b97
         */
        application_token: components["parameters"]["application_token"];
        /**
         * @description Another user's number.
         * @example 2
         */
        user_number: components["parameters"]["user_number"];
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: never;
  };
  listUsers: {
    parameters: {
      query?: {
        /**
         * @description How many at most; 100 if it is left out.
         * @example 2
         */
        limit?: number;
        /** @example desc */
        order?: "asc" | "desc";
        /**
         * @description Only greater numbers.
         * @example 0
         */
        after?: number;
        /**
         * @description Only smaller numbers.
         * @example 1000
         */
        before?: number;
        /**
         * @description Any part of name or display name.
         * @example an
         */
        query?: string;
        /** @description Where a page of hits ended, as its Link has it. */
        cursor?: string;
      };
      header?: never;
      path: {
        /**
         * @description The public, random name of the application, which lets guests in.
         * @example 22398941-880a-4f0d-a44d-d45707392b97
         */
        application_token: components["parameters"]["application_token"];
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: never;
  };
  deleteUser: {
    parameters: {
      query?: {
        /**
         * @description What becomes of what the user wrote.
         * @example keep
         */
        messages?: "keep" | "delete";
      };
      header?: {
        /** @description The ETag that the record was read with: it is 412 if it has changed. */
        "If-Match"?: components["parameters"]["If-Match"];
      };
      path: {
        /**
         * @description The public, random name of the application, which lets guests in.
         * @example 22398941-880a-4f0d-a44d-d45707392b97
         */
        application_token: components["parameters"]["application_token"];
        /**
         * @description A user's number; `me` is the caller.
         * @example 1
         */
        user: components["parameters"]["user"];
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: never;
  };
  listMembers: {
    parameters: {
      query?: {
        /**
         * @description How many at most; 100 if it is left out.
         * @example 2
         */
        limit?: number;
        /** @example desc */
        order?: "asc" | "desc";
        /**
         * @description Only greater numbers.
         * @example 0
         */
        after?: number;
        /**
         * @description Only smaller numbers.
         * @example 1000
         */
        before?: number;
      };
      header?: never;
      path: {
        /**
         * @description The public, random name of the application, which lets guests in.
         * @example 22398941-880a-4f0d-a44d-d45707392b97
         */
        application_token: components["parameters"]["application_token"];
        /**
         * @description A chat's number.
         * @example 1
         */
        chat_number: components["parameters"]["chat_number"];
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: never;
  };
  listChatsOfUser: {
    parameters: {
      query?: {
        /**
         * @description How many at most; 100 if it is left out.
         * @example 2
         */
        limit?: number;
        /** @example desc */
        order?: "asc" | "desc";
        /**
         * @description Only greater numbers.
         * @example 0
         */
        after?: number;
        /**
         * @description Only smaller numbers.
         * @example 1000
         */
        before?: number;
      };
      header?: never;
      path: {
        /**
         * @description The public, random name of the application, which lets guests in.
         * @example 22398941-880a-4f0d-a44d-d45707392b97
         */
        application_token: components["parameters"]["application_token"];
        /**
         * @description A user's number; `me` is the caller.
         * @example 1
         */
        user: components["parameters"]["user"];
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: never;
  };
  listDirectMessages: {
    parameters: {
      query?: {
        /**
         * @description How many at most; 100 if it is left out.
         * @example 2
         */
        limit?: number;
        /** @example desc */
        order?: "asc" | "desc";
        /**
         * @description Only greater numbers.
         * @example 0
         */
        after?: number;
        /**
         * @description Only smaller numbers.
         * @example 1000
         */
        before?: number;
        /**
         * @description Whether messages come with their change_number, once they are stored.
         * @example true
         */
        change_numbers?: "true" | "false";
      };
      header?: never;
      path: {
        /**
         * @description The public, random name of the application, which lets guests in.
         * @example 22398941-880a-4f0d-a44d-d45707392b97
         */
        application_token: components["parameters"]["application_token"];
        /**
         * @description Another user's number.
         * @example 2
         */
        user_number: components["parameters"]["user_number"];
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: never;
  };
  listConversationChanges: {
    parameters: {
      query?: {
        /**
         * @description How many at most; 100 if it is left out.
         * @example 2
         */
        limit?: number;
        /**
         * @description The last change that is known.
         * @example 0
         */
        after?: number;
      };
      header?: never;
      path: {
        /**
         * @description The public, random name of the application, which lets guests in.
         * @example 22398941-880a-4f0d-a44d-d45707392b97
         */
        application_token: components["parameters"]["application_token"];
        /**
         * @description Another user's number.
         * @example 2
         */
        user_number: components["parameters"]["user_number"];
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: never;
  };
  listConversationReaders: {
    parameters: {
      query?: {
        /**
         * @description How many at most; 100 if it is left out.
         * @example 2
         */
        limit?: number;
        /** @example desc */
        order?: "asc" | "desc";
        /**
         * @description Only greater numbers.
         * @example 0
         */
        after?: number;
        /**
         * @description Only smaller numbers.
         * @example 1000
         */
        before?: number;
      };
      header?: never;
      path: {
        /**
         * @description The public, random name of the application, which lets guests in.
         * @example 22398941-880a-4f0d-a44d-d45707392b97
         */
        application_token: components["parameters"]["application_token"];
        /**
         * @description Another user's number.
         * @example 2
         */
        user_number: components["parameters"]["user_number"];
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: never;
  };
  listChatReaders: {
    parameters: {
      query?: {
        /**
         * @description How many at most; 100 if it is left out.
         * @example 2
         */
        limit?: number;
        /** @example desc */
        order?: "asc" | "desc";
        /**
         * @description Only greater numbers.
         * @example 0
         */
        after?: number;
        /**
         * @description Only smaller numbers.
         * @example 1000
         */
        before?: number;
      };
      header?: never;
      path: {
        /**
         * @description The public, random name of the application, which lets guests in.
         * @example 22398941-880a-4f0d-a44d-d45707392b97
         */
        application_token: components["parameters"]["application_token"];
        /**
         * @description A chat's number, or `common`.
         * @example 1
         */
        chat: components["parameters"]["chat"];
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: never;
  };
  listOwnMessages: {
    parameters: {
      query?: {
        /**
         * @description How many at most; 100 if it is left out.
         * @example 2
         */
        limit?: number;
        /** @description Where a page ended, as its Link has it. */
        cursor?: string;
      };
      header?: never;
      path: {
        /**
         * @description The public, random name of the application, which lets guests in.
         * @example 22398941-880a-4f0d-a44d-d45707392b97
         */
        application_token: components["parameters"]["application_token"];
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: never;
  };
  listConversations: {
    parameters: {
      query?: {
        /**
         * @description How many at most; 100 if it is left out.
         * @example 2
         */
        limit?: number;
        /** @description Where a page ended, as its Link has it. */
        cursor?: string;
      };
      header?: never;
      path: {
        /**
         * @description The public, random name of the application, which lets guests in.
         * @example 22398941-880a-4f0d-a44d-d45707392b97
         */
        application_token: components["parameters"]["application_token"];
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: never;
  };
  listBlocks: {
    parameters: {
      query?: {
        /**
         * @description How many at most; 100 if it is left out.
         * @example 2
         */
        limit?: number;
        /** @example desc */
        order?: "asc" | "desc";
        /**
         * @description Only greater numbers.
         * @example 0
         */
        after?: number;
        /**
         * @description Only smaller numbers.
         * @example 1000
         */
        before?: number;
      };
      header?: never;
      path: {
        /**
         * @description The public, random name of the application, which lets guests in.
         * @example 22398941-880a-4f0d-a44d-d45707392b97
         */
        application_token: components["parameters"]["application_token"];
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: never;
  };
  listParked: {
    parameters: {
      query?: {
        /**
         * @description How many at most; 100 if it is left out.
         * @example 2
         */
        limit?: number;
        after?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: never;
  };
}
