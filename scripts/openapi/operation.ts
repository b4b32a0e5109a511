/** How an operation is declared, and what it is in the document: what every operation has in common is added here. */
import type { z } from "zod";
import { catalogue, type ProblemSlug } from "../../services/common/src/problem.ts";
import { largestNumber } from "../../services/common/src/text.ts";
import { propertiesOf, referTo, type JsonSchema, type SchemaName } from "./schemas.ts";

export type Method = "get" | "post" | "put" | "patch" | "delete";
/** As README's "Who may" has them; `operator` is everybody where Parley listens on a loopback address only. */
export type CallerKind = "guest" | "user" | "server" | "operator";
export type HeaderName = keyof typeof replyHeaders;

/** What one method of an address does. The first of `who` is who sends the example. */
export type Operation = {
  id: string;
  summary: string;
  description?: string;
  who: readonly CallerKind[];
  query?: z.ZodObject;
  body?: { schema: SchemaName; example: unknown; isOptional?: true };
  /** It takes an Idempotency-Key. */
  creates?: true;
  /** It takes If-Match. */
  matches?: true;
  reply: Reply;
  /** Beside those that its address, its callers and its body have by themselves. */
  problems?: readonly ProblemSlug[];
};
type Reply = {
  status: 101 | 200 | 201 | 204;
  /** A list is written as `[one]`. */
  schema?: SchemaName | readonly [SchemaName];
  headers?: readonly HeaderName[];
};
export type Addresses = Record<string, Partial<Record<Method, Operation>>>;
export type Area = { tag: string; description: string; addresses: Addresses };

export const application = "/api/applications/{application_token}";
export const anyone: readonly CallerKind[] = ["guest", "user", "server"];

export const securitySchemes = {
  accessToken: {
    type: "http",
    scheme: "bearer",
    bearerFormat: "JWT",
    description: "A user, by the access token of its login.",
  },
  applicationSecret: { type: "http", scheme: "bearer", description: "The application's own server." },
  operatorKey: {
    type: "http",
    scheme: "bearer",
    description: "The operator; everybody where Parley listens on a loopback address only.",
  },
};
const securityOf: Record<CallerKind, object> = {
  guest: {},
  user: { accessToken: [] },
  server: { applicationSecret: [] },
  operator: { operatorKey: [] },
};

/** Of the example: an application. */
export const parkedUid = "5b1c0b7e-4b0f-4a3e-9d5e-1f2a3b4c5d6e";

const number = { type: "integer", minimum: 1, maximum: largestNumber };
const text = { type: "string" };
const pathParameter = (name: string, schema: JsonSchema, example: unknown, description: string) => ({
  name,
  in: "path",
  required: true,
  schema,
  example,
  description,
});
const header = (name: string, schema: JsonSchema, description: string) => ({
  name,
  in: "header",
  required: false,
  schema,
  description,
});
export const parameters = {
  application_token: pathParameter(
    "application_token",
    { type: "string", format: "uuid" },
    "22398941-880a-4f0d-a44d-d45707392b97",
    "The public, random name of the application, which lets guests in.",
  ),
  chat: pathParameter("chat", { anyOf: [number, { const: "common" }] }, 1, "A chat's number, or `common`."),
  chat_number: pathParameter("chat_number", number, 1, "A chat's number."),
  message_number: pathParameter("message_number", number, 1, "The message's number in its chat."),
  user: pathParameter(
    "user",
    { anyOf: [number, { const: "me" }] },
    1,
    "A user's number; `me` is the caller.",
  ),
  user_number: pathParameter("user_number", number, 2, "Another user's number."),
  username: pathParameter("username", text, "ann", "A user name, in any case."),
  session_id: pathParameter(
    "session_id",
    text,
    "5b1c0b7e-4b0f-4a3e-9d5e-1f2a3b4c5d6e",
    "As the list has it.",
  ),
  uid: pathParameter(
    "uid",
    { type: "string", format: "uuid" },
    parkedUid,
    "A parked record's, as the list has it.",
  ),
  "Idempotency-Key": header(
    "Idempotency-Key",
    { type: "string", pattern: "^[A-Za-z0-9_-]{1,64}$" },
    "Sent again with the same body it gets the same reply: for ever if it is a UUIDv7, else for 24 hours.",
  ),
  "If-Match": header(
    "If-Match",
    text,
    "The ETag that the record was read with: it is 412 if it has changed.",
  ),
} as const;

export const replyHeaders = {
  "X-Request-Id": { required: true, schema: text, description: "Names the request in the logs." },
  ETag: { required: true, schema: text, description: "For If-Match." },
  Link: { schema: text, description: '`<…>; rel="next"`: the next page. The last has none.' },
  "Idempotency-Replayed": { schema: { const: "true" }, description: "It was created before, with this key." },
  "Last-Change": {
    required: true,
    schema: { type: "integer", minimum: 0 },
    description: "Up to this change the page is complete.",
  },
  "Search-Count": {
    schema: { type: "integer", minimum: 0 },
    description: "How many hits there are on all pages.",
  },
  "Search-Partial": { schema: { const: "true" }, description: "There may be more hits." },
  "Search-Indexed-Through": {
    schema: { type: "integer", minimum: 0 },
    description: "Up to this change the index has the chat; 0 if it was not used.",
  },
  "Retry-After": { required: true, schema: { type: "integer", minimum: 1 }, description: "In seconds." },
  "WWW-Authenticate": { schema: text, description: "Which kind of credential is needed." },
} as const;

const inPath: Record<string, readonly ProblemSlug[]> = {
  application_token: ["application-not-found", "application-deleted"],
  chat: ["chat-not-found", "chat-deleted", "number-void"],
  chat_number: ["chat-not-found", "chat-deleted", "number-void"],
  message_number: ["message-not-found", "message-deleted", "number-void"],
  user: ["user-not-found", "user-deleted"],
  user_number: ["user-not-found", "user-deleted"],
  username: ["user-not-found"],
  session_id: ["session-not-found"],
  uid: ["not-found"],
};
const ofCredentials: readonly ProblemSlug[] = [
  "credential-missing",
  "access-token-invalid",
  "credential-wrong",
];
const ofBodies: readonly ProblemSlug[] = [
  "malformed-json",
  "body-too-large",
  "unsupported-media-type",
  "invalid",
];
const ofCreating: readonly ProblemSlug[] = [
  "idempotency-key-invalid",
  "idempotency-key-reused",
  "unconfirmed",
];

const namesIn = (path: string): string[] => Array.from(path.matchAll(/\{(\w+)\}/g), ([, name = ""]) => name);

function problemsOf(path: string, { who, query, body, creates, matches, problems = [] }: Operation) {
  const all = new Set<ProblemSlug>([
    "bad-request",
    "unavailable",
    "overloaded",
    ...namesIn(path).flatMap((name) => inPath[name] ?? []),
    ...(who.length === 1 && who[0] === "guest" ? [] : ofCredentials),
    ...(query ? (["invalid"] as const) : []),
    ...(body ? ofBodies : []),
    ...(creates ? ofCreating : []),
    ...(matches ? (["stale-etag"] as const) : []),
    ...problems,
  ]);
  return Map.groupBy(all, (slug) => catalogue[slug][0]);
}

const headersOf = (names: readonly HeaderName[]) =>
  Object.fromEntries(
    ["X-Request-Id" as const, ...names].map((name) => [name, { $ref: `#/components/headers/${name}` }]),
  );

function replyOf({ reply: { schema, headers = [] }, summary, creates }: Operation) {
  const all = creates ? [...headers, "Idempotency-Replayed" as const] : headers;
  const shape =
    schema === undefined || typeof schema === "string"
      ? schema && referTo(schema)
      : { type: "array", items: referTo(schema[0]) };
  return {
    description: summary,
    headers: headersOf(all),
    ...(shape && { content: { "application/json": { schema: shape } } }),
  };
}

/** What can be refused with one status. */
export function refusalOf(status: number, slugs: readonly ProblemSlug[]) {
  const isSoon = status === 429 || status === 503;
  const types = slugs.map((slug) => (slug === "bad-request" ? "about:blank" : `/problems/${slug}`));
  return {
    description: slugs.map((slug) => `\`${slug}\`: ${catalogue[slug][1]}`).join(". "),
    headers: headersOf([
      ...(isSoon ? ["Retry-After" as const] : []),
      ...(status === 401 ? ["WWW-Authenticate" as const] : []),
    ]),
    content: {
      "application/problem+json": {
        schema: {
          ...referTo("Problem"),
          properties: { type: { enum: types }, status: { const: status } },
        },
      },
    },
  };
}

const queryParameters = (query: z.ZodObject, path: string) =>
  Object.entries(propertiesOf(query)).map(([name, { description, examples, ...schema }]) => ({
    name,
    in: "query",
    required: path.endsWith("/search") && name === "q",
    schema,
    ...(description !== undefined && { description }),
    ...(Array.isArray(examples) && { example: examples[0] as unknown }),
  }));

/** @param refuse gives the reference to a refusal that operations share */
export function present(
  path: string,
  operation: Operation,
  { tag, refuse }: { tag: string; refuse: (status: number, slugs: readonly ProblemSlug[]) => object },
) {
  const { id, summary, description, who, query, body, creates, matches, reply } = operation;
  const referred = [
    ...namesIn(path),
    ...(creates ? ["Idempotency-Key"] : []),
    ...(matches ? ["If-Match"] : []),
  ];
  return {
    operationId: id,
    tags: [tag],
    summary,
    ...(description !== undefined && { description }),
    security: who.map((caller) => securityOf[caller]),
    parameters: [
      ...referred.map((name) => ({ $ref: `#/components/parameters/${name}` })),
      ...(query ? queryParameters(query, path) : []),
    ],
    ...(body && {
      requestBody: {
        required: !body.isOptional,
        content: { "application/json": { schema: referTo(body.schema), example: body.example } },
      },
    }),
    responses: Object.fromEntries([
      [reply.status, replyOf(operation)],
      ...Array.from(problemsOf(path, operation), ([status, slugs]) => [status, refuse(status, slugs)]),
    ]),
  };
}
