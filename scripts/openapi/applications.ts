/** Operations on applications. */
import { PageQuery } from "../../services/read-service/src/routes/applications.ts";
import { anyone, application, type Area } from "./operation.ts";

const change = {
  who: anyone,
  description: "`guest_access` takes the secret, and so does everything where guests have no access.",
  body: { schema: "ChangedApplication", example: { application_name: "My better product" } },
  matches: true,
  reply: { status: 200, schema: "Application", headers: ["ETag"] },
} as const;

export const applications: Area = {
  tag: "Applications",
  description: "Tenants, each with chats and users of its own.",
  addresses: {
    "/api/applications": {
      post: {
        id: "createApplication",
        summary: "Creates an application.",
        description: "Its Idempotency-Key has to be a UUID: whoever sends it again is shown the secret.",
        who: ["operator"],
        body: { schema: "NewApplication", example: { application_name: "My product" } },
        creates: true,
        reply: { status: 201, schema: "CreatedApplication" },
      },
      get: {
        id: "listApplications",
        summary: "Lists applications by time of creation.",
        who: ["operator"],
        query: PageQuery,
        reply: { status: 200, schema: ["Application"], headers: ["Link"] },
      },
    },
    [application]: {
      get: {
        id: "getApplication",
        summary: "Reads an application.",
        who: anyone,
        reply: { status: 200, schema: "Application", headers: ["ETag"] },
      },
      put: { id: "putApplication", summary: "Changes an application.", ...change },
      patch: { id: "changeApplication", summary: "Changes what is given of an application.", ...change },
      delete: {
        id: "deleteApplication",
        summary: "Deletes an application with all that is in it.",
        who: ["server"],
        matches: true,
        reply: { status: 204 },
      },
    },
    [`${application}/secret`]: {
      post: {
        id: "createSecret",
        summary: "Gives an application a new secret; the present one is not good any more.",
        who: ["server", "operator"],
        reply: { status: 201, schema: "NewSecret" },
      },
    },
  },
};
