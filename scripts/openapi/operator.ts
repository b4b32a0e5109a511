/** Operations of whoever runs the product. */
import { PageQuery } from "../../services/read-service/src/routes/operator.ts";
import type { Area } from "./operation.ts";

export const operator: Area = {
  tag: "Operator",
  description: "What goes on over all applications, and what has to be mended.",
  addresses: {
    "/api/operator/figures": {
      get: {
        id: "getFigures",
        summary: "Tells live figures, also while stores are away.",
        who: ["operator"],
        reply: { status: 200, schema: "Figures" },
      },
    },
    "/api/operator/parked": {
      get: {
        id: "listParked",
        summary: "Lists records that could not be stored.",
        who: ["operator"],
        query: PageQuery,
        reply: { status: 200, schema: ["ParkedRecord"], headers: ["Link"] },
      },
    },
    "/api/operator/parked/{uid}/replay": {
      post: {
        id: "replayParked",
        summary: "Tries to store a parked record now.",
        who: ["operator"],
        reply: { status: 200, schema: "Replayed" },
      },
    },
  },
};
