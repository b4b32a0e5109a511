/** The address of sockets, with what README tells of their frames. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { repository } from "../data-folder.ts";
import type { Area } from "./operation.ts";

const [, frames = ""] = readFileSync(join(repository, "README.md"), "utf8").split("\n### Sockets\n");
const [description = ""] = frames.split("\n### ");

export const sockets: Area = {
  tag: "Sockets",
  description,
  addresses: {
    "/ws": {
      get: {
        id: "openSocket",
        summary: "Becomes a WebSocket.",
        description:
          "One JSON object `{type, content, id?}` in each text frame. The first says who is there: `authenticate` with " +
          "`{application_token, access_token?}`, within 10 s.",
        who: ["guest"],
        reply: { status: 101 },
        problems: ["upgrade-required"],
      },
    },
  },
};
