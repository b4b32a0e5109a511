/** Operations on conversations, on how far somebody has read, and on blocks. */
import { NumberPageQuery } from "../../services/common/src/paging.ts";
import { Query as NewestQuery } from "../../services/read-service/src/routes/conversations.ts";
import { NoQuery } from "../../services/read-service/src/routes/read-state.ts";
import { listChanges } from "./chats.ts";
import { messagesAt } from "./messages.ts";
import {
  anyone,
  application,
  type Addresses,
  type Area,
  type CallerKind,
  type Operation,
} from "./operation.ts";

const withUser = `${application}/users/{user_number}`;
const own = `${application}/users/me`;
const user: readonly CallerKind[] = ["user"];
/** Nobody writes to oneself, or blocks oneself. */
const oneself = ["invalid"] as const;

const newest = (id: string, summary: string, schema: "DirectMessage" | "Conversation"): Operation => ({
  id,
  summary,
  who: user,
  query: NewestQuery,
  reply: { status: 200, schema: [schema], headers: ["Link"] },
});

const readState = (of: string, who: readonly CallerKind[], problems: Operation["problems"] = []) =>
  ({
    put: {
      id: `put${of}Pointer`,
      summary: "Says how far the caller has read; a pointer never goes back.",
      who: user,
      body: { schema: "NewPointer", example: { message_number: 1 } },
      reply: { status: 200, schema: "Pointer" },
      problems: ["message-not-found", ...problems],
    },
    get: {
      id: `list${of}Readers`,
      summary: "Lists who has read how far.",
      who,
      query: NumberPageQuery,
      reply: { status: 200, schema: ["Reader"], headers: ["Link"] },
      problems,
    },
  }) satisfies Addresses[string];

const block = { who: user, reply: { status: 204 }, problems: oneself } as const;

export const conversations: Area = {
  tag: "Conversations",
  description: "What two users write to each other, and what the caller has and has read of it.",
  addresses: {
    ...messagesAt(`${withUser}/messages`, {
      of: "DirectMessage",
      where: "of the caller's conversation with a user",
      who: user,
      created: "CreatedDirectMessage",
      problems: ["user-blocked", ...oneself],
    }),
    [`${withUser}/changes`]: { get: listChanges("Conversation", { who: user, problems: oneself }) },
    [`${withUser}/read`]: readState("Conversation", user, oneself),
    [`${application}/chats/{chat}/read`]: readState("Chat", anyone),
    [`${own}/messages`]: {
      get: newest(
        "listOwnMessages",
        "Lists the messages of all conversations, newest first.",
        "DirectMessage",
      ),
    },
    [`${own}/conversations`]: {
      get: newest("listConversations", "Lists conversations with their last message.", "Conversation"),
    },
    [`${own}/unread`]: {
      get: {
        id: "listUnread",
        summary: "Tells what is unread in each chat and conversation.",
        who: user,
        query: NoQuery,
        reply: { status: 200, schema: ["Unread"] },
      },
    },
    [`${own}/blocks`]: {
      get: {
        id: "listBlocks",
        summary: "Lists whose messages the caller does not take.",
        who: user,
        query: NumberPageQuery,
        reply: { status: 200, schema: ["Block"], headers: ["Link"] },
      },
    },
    [`${own}/blocks/{user_number}`]: {
      put: { id: "blockUser", summary: "Takes no messages of a user any more.", ...block },
      delete: { id: "unblockUser", summary: "Takes a user's messages again.", ...block },
    },
  },
};
