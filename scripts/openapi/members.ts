/** Operations on the members of chats. */
import { NumberPageQuery } from "../../services/common/src/paging.ts";
import { anyone, application, type Area } from "./operation.ts";

const at = `${application}/chats/{chat_number}/members`;

export const members: Area = {
  tag: "Members",
  description: "The users of a chat, and what they may there.",
  addresses: {
    [at]: {
      get: {
        id: "listMembers",
        summary: "Lists the members of a chat.",
        who: anyone,
        query: NumberPageQuery,
        reply: { status: 200, schema: ["Member"], headers: ["Link"] },
      },
    },
    [`${at}/{user}`]: {
      get: {
        id: "getMember",
        summary: "Tells whether a user has access to a chat, and which role.",
        who: anyone,
        reply: { status: 200, schema: "Membership" },
      },
      put: {
        id: "putMember",
        summary: "Makes a user a member, or gives it another role.",
        description: "Everybody may join an open chat.",
        who: ["user", "server"],
        body: { schema: "NewMember", example: { role: "moderator" }, isOptional: true },
        reply: { status: 200, schema: "ChangedMember" },
        problems: ["last-owner"],
      },
      delete: {
        id: "deleteMember",
        summary: "Puts a member out of a chat, or leaves it.",
        who: ["user", "server"],
        reply: { status: 204 },
        problems: ["member-not-found", "last-owner"],
      },
    },
    [`${application}/users/{user}/chats`]: {
      get: {
        id: "listChatsOfUser",
        summary: "Lists the chats that a user is a member of.",
        who: ["user", "server"],
        query: NumberPageQuery,
        reply: { status: 200, schema: ["OwnChat"], headers: ["Link"] },
      },
    },
  },
};
