/** The address of sockets, whose frames README tells of. */
import type { Area } from "./operation.ts";

export const sockets: Area = {
  tag: "Sockets",
  description: "Chats live.",
  addresses: {
    "/ws": {
      get: {
        id: "openSocket",
        summary: "Becomes a WebSocket.",
        description:
          "One JSON object `{type, content, id?}` in each text frame. The first says who is there: `authenticate` with " +
          "`{application_token, access_token?}`, within 10 s. README has them all.",
        who: ["guest"],
        reply: { status: 101 },
        problems: ["upgrade-required"],
      },
    },
  },
};
