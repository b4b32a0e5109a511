/** The OpenAPI 3.1 document of the HTTP API, made from the schemas that parse its requests and type its replies. */
import type { ProblemSlug } from "../../services/common/src/problem.ts";
import { accounts } from "./accounts.ts";
import { applications } from "./applications.ts";
import { chats } from "./chats.ts";
import { conversations } from "./conversations.ts";
import { members } from "./members.ts";
import { messages } from "./messages.ts";
import { operator } from "./operator.ts";
import { parameters, present, refusalOf, replyHeaders, securitySchemes, type Area } from "./operation.ts";
import { createSchemas } from "./schemas.ts";
import { searches } from "./searches.ts";
import { sockets } from "./sockets.ts";
import { users } from "./users.ts";

const areas: readonly Area[] = [
  applications,
  chats,
  messages,
  searches,
  accounts,
  users,
  members,
  conversations,
  sockets,
  operator,
];

const description = `Chats with densely numbered, durable, searchable messages.

Bodies are JSON in UTF-8; unknown fields are ignored, unknown query parameters are refused. Errors are problems
(RFC 9457). Lists go on by their \`Link\`. In an installation with DEFAULT_APPLICATION its addresses are also there
without \`/applications/{application_token}\`.`;

export type Document = ReturnType<typeof createDocument>;

export function createDocument() {
  const responses: Record<string, ReturnType<typeof refusalOf>> = {};
  const refuse = (status: number, slugs: readonly ProblemSlug[]) => {
    const name = `${status}.${slugs.toSorted().join(".")}`;
    responses[name] ??= refusalOf(status, slugs.toSorted());
    return { $ref: `#/components/responses/${name}` };
  };
  const paths = areas.flatMap(({ tag, addresses }) =>
    Object.entries(addresses).map(([path, operations]) => {
      const presented = Object.entries(operations).map(([method, operation]) => [
        method,
        present(path, operation, { tag, refuse }),
      ]);
      return [path, Object.fromEntries(presented) as Record<string, ReturnType<typeof present>>] as const;
    }),
  );
  return {
    openapi: "3.1.1",
    info: { title: "Parley", version: "0.1.0", description, license: { name: "MIT", identifier: "MIT" } },
    servers: [{ url: "/" }],
    tags: areas.map(({ tag, description: about }) => ({ name: tag, description: about })),
    paths: Object.fromEntries(paths),
    components: { schemas: createSchemas(), parameters, headers: replyHeaders, responses, securitySchemes },
  };
}
