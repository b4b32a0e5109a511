/** Operations on chats, on the common chat, and on what happened in them. */
import { NumberPageQuery } from "../../services/common/src/paging.ts";
import { Query as ChangeQuery } from "../../services/read-service/src/routes/changes.ts";
import { inChat, inCommonChat, sendTo } from "./messages.ts";
import { anyone, application, type Area, type Operation } from "./operation.ts";

const at = `${application}/chats`;
const body = { schema: "ChangedChat", example: { chat_name: "Garden" } } as const;
const reply = { status: 200, schema: "Chat", headers: ["ETag"] } as const;

const rename = {
  description: "Of a private chat: by its owners and moderators, or the secret.",
  who: anyone,
  body,
  matches: true,
  reply,
} as const;
const renameCommon = { who: ["server"], body, matches: true, reply } as const;

/** @param of behind the verb of its id */
export const listChanges = (of: string, more: Pick<Operation, "who" | "problems">): Operation => ({
  id: `list${of}Changes`,
  summary: "Lists what has happened since a change, as the frames of a socket.",
  query: ChangeQuery,
  reply: { status: 200, schema: ["Change"], headers: ["Last-Change", "Link"] },
  ...more,
});

export const chats: Area = {
  tag: "Chats",
  description: "Numbered series of messages.",
  addresses: {
    [at]: {
      post: {
        id: "createChat",
        summary: "Creates a chat.",
        who: anyone,
        body: { schema: "NewChat", example: { chat_name: "General" } },
        creates: true,
        reply: { status: 201, schema: "CreatedChat" },
      },
      get: {
        id: "listChats",
        summary: "Lists the chats that the caller may read.",
        who: anyone,
        query: NumberPageQuery,
        reply: { status: 200, schema: ["Chat"], headers: ["Link"] },
      },
    },
    [`${at}/{chat_number}`]: {
      post: sendTo({ ...inChat, of: "ToChat" }),
      get: { id: "getChat", summary: "Reads a chat.", who: anyone, reply },
      put: { id: "putChat", summary: "Renames a chat.", ...rename },
      patch: { id: "changeChat", summary: "Renames a chat.", ...rename },
      delete: {
        id: "deleteChat",
        summary: "Deletes a chat with its messages.",
        description: "By the secret; a private chat also by an owner.",
        who: ["server", "user"],
        matches: true,
        reply: { status: 204 },
      },
    },
    [`${at}/common`]: {
      post: sendTo(inCommonChat),
      get: { id: "getCommonChat", summary: "Reads the common chat.", who: anyone, reply },
      put: { id: "putCommonChat", summary: "Renames the common chat.", ...renameCommon },
      patch: { id: "changeCommonChat", summary: "Renames the common chat.", ...renameCommon },
    },
    [`${at}/{chat}/changes`]: { get: listChanges("", { who: anyone }) },
    [`${at}/{chat}/continuity`]: {
      get: {
        id: "getContinuity",
        summary: "Tells where each number of the chat is.",
        who: anyone,
        reply: { status: 200, schema: "Continuity" },
      },
    },
  },
};
