/** Searches in a chat, in an application, and in a conversation. */
import { ApplicationQuery, ChatQuery } from "../../services/read-service/src/routes/search.ts";
import { anyone, application, type Area, type Operation } from "./operation.ts";

const headers = ["Link", "Search-Count", "Search-Partial"] as const;
const description =
  "Plain text without operators. Who cannot send `q` may send it as `search_query`, there or in a JSON body.";
const inOne = {
  description,
  query: ChatQuery,
  reply: { status: 200, schema: ["Hit"], headers: [...headers, "Search-Indexed-Through"] },
} as const satisfies Partial<Operation>;

export const searches: Area = {
  tag: "Search",
  description: "Any part of any word in any language.",
  addresses: {
    [`${application}/search`]: {
      get: {
        id: "searchApplication",
        summary: "Searches in all chats of the application that the caller may read.",
        description,
        who: anyone,
        query: ApplicationQuery,
        reply: { status: 200, schema: ["HitInApplication"], headers },
      },
    },
    [`${application}/chats/{chat}/search`]: {
      get: { id: "searchChat", summary: "Searches in a chat.", who: anyone, ...inOne },
    },
    [`${application}/users/{user_number}/search`]: {
      get: {
        id: "searchConversation",
        summary: "Searches in the caller's conversation with a user.",
        who: ["user"],
        ...inOne,
      },
    },
  },
};
