/** Operations on messages: in chats, in the common chat, and of conversations. */
import { PageQuery } from "../../services/read-service/src/routes/messages.ts";
import type { ProblemSlug } from "../../services/common/src/problem.ts";
import {
  anyone,
  application,
  type Addresses,
  type Area,
  type CallerKind,
  type Operation,
} from "./operation.ts";

const body = { schema: "NewMessage", example: { message_content: "Who brings the Straßenkarte?" } } as const;

type Place = {
  /** Behind the verb of each operation's id. */
  of: string;
  where: string;
  who: readonly CallerKind[];
  writers?: readonly CallerKind[];
  editors?: readonly CallerKind[];
  created: "CreatedMessage" | "CreatedDirectMessage";
  problems?: readonly ProblemSlug[];
};

export function sendTo({ of, where, who, writers = who, created, problems = [] }: Place): Operation {
  return {
    id: `send${of}`,
    summary: `Sends a message ${where}.`,
    who: writers,
    body,
    creates: true,
    reply: { status: 201, schema: created },
    problems,
  };
}

/** The same for each place that has messages. */
export function messagesAt(path: string, place: Place): Addresses {
  const { of, where, who, editors = who, problems = [] } = place;
  const edit = {
    description: "What a user has written is changed by that user or the secret alone.",
    who: editors,
    body: { schema: "ChangedMessage", example: { message_content: "Found it, thanks" } },
    matches: true,
    reply: { status: 200, schema: "Message", headers: ["ETag"] },
    problems,
  } as const;
  return {
    [path]: {
      post: sendTo(place),
      get: {
        id: `list${of}s`,
        summary: `Lists messages ${where}.`,
        who,
        query: PageQuery,
        reply: { status: 200, schema: ["ListedMessage"], headers: ["Link"] },
        problems,
      },
    },
    [`${path}/{message_number}`]: {
      get: {
        id: `get${of}`,
        summary: `Reads a message ${where}.`,
        who,
        reply: { status: 200, schema: "Message", headers: ["ETag"] },
        problems,
      },
      put: { id: `put${of}`, summary: `Edits a message ${where}.`, ...edit },
      patch: { id: `change${of}`, summary: `Edits a message ${where}.`, ...edit },
      delete: {
        id: `delete${of}`,
        summary: `Deletes a message ${where}.`,
        who: editors,
        matches: true,
        reply: { status: 204 },
        problems,
      },
    },
  };
}

const common = {
  where: "in the common chat",
  who: anyone,
  writers: ["user"],
  editors: ["user", "server"],
  created: "CreatedMessage",
} as const;

export const inChat: Place = { of: "Message", where: "in a chat", who: anyone, created: "CreatedMessage" };
export const inCommonChat: Place = { ...common, of: "ToCommonChat" };

export const messages: Area = {
  tag: "Messages",
  description: "Texts, numbered in their chat.",
  addresses: {
    ...messagesAt(`${application}/chats/{chat}/messages`, inChat),
    ...messagesAt(`${application}/messages`, { ...common, of: "CommonMessage" }),
  },
};
