/** A request of the Postman collection, made from an operation of the OpenAPI document. */
import type { Document } from "./document.ts";

export type Operation = Document["paths"][string][string];
export type Found = { path: string; method: string; operation: Operation };
type Parameter = { name: string; in: string; required: boolean; description?: unknown; example?: unknown };
type Pair = { key: string; value: string; description?: string; disabled?: boolean };
export type Item = {
  name: string;
  request: {
    method: string;
    description: string;
    auth: { type: "noauth" } | { type: "bearer"; bearer: readonly (Pair & { type: "string" })[] };
    header: Pair[];
    url: { raw: string; host: string[]; path: string[]; query: Pair[]; variable: Pair[] };
    body?: { mode: "raw"; raw: string; options: { raw: { language: "json" } } };
  };
  event: { listen: "test"; script: { type: "text/javascript"; exec: string[] } }[];
};
/** What is not as in the document. */
export type Changes = {
  name?: string;
  body?: object;
  /** In the place of the examples of parameters of the address. */
  at?: Record<string, number>;
  /** By this credential, if it is one of those that may. */
  by?: keyof typeof credentials;
  /** Variables of the collection, and what of the `reply` they take. */
  keeps?: Record<string, string>;
};

const credentials = { accessToken: "accessToken", applicationSecret: "secret", operatorKey: "operatorKey" };
const variables: Record<string, string> = { application_token: "token", session_id: "session" };

export function presentItem(document: Document, { path, method, operation }: Found, changes: Changes): Item {
  const { name = operation.summary, keeps = {} } = changes;
  const parameters = operation.parameters.map((one): Parameter => {
    if (!("$ref" in one)) return one;
    const called = one.$ref.split("/").at(-1) as keyof typeof document.components.parameters;
    return document.components.parameters[called];
  });
  const among = (place: string): Parameter[] => parameters.filter((one) => one.in === place);
  const body = bodyOf(operation, changes);
  const json = body === undefined ? [] : [{ key: "Content-Type", value: "application/json" }];
  const parts = path.slice(1).replaceAll(/\{(\w+)\}/g, ":$1");
  return {
    name,
    request: {
      method: method.toUpperCase(),
      description: operation.description ?? operation.summary,
      auth: authOf(operation, changes),
      header: [...json, ...among("header").map(pairOf)],
      url: {
        raw: `{{baseUrl}}/${parts}`,
        host: ["{{baseUrl}}"],
        path: parts.split("/"),
        query: among("query").map(pairOf),
        variable: among("path").map((one) => ({ ...pairOf(one), ...valueAt(one, changes), disabled: false })),
      },
      ...(body !== undefined && { body: { mode: "raw", raw: body, options: { raw: { language: "json" } } } }),
    },
    event: [{ listen: "test", script: { type: "text/javascript", exec: testsOf(operation, keeps) } }],
  };
}

function pairOf({ name, description, example, required }: Parameter): Pair {
  const isGiven = typeof example === "string" || typeof example === "number" || typeof example === "boolean";
  const value = name === "Idempotency-Key" ? "{{$guid}}" : isGiven ? String(example) : "";
  return {
    key: name,
    value,
    ...(typeof description === "string" && { description }),
    disabled: !required,
  };
}

function valueAt({ name }: Parameter, { at = {} }: Changes): { value?: string } {
  if (name in at) return { value: String(at[name]) };
  return name in variables ? { value: `{{${variables[name]}}}` } : {};
}

/** What has to be new is, so that it can be sent again; what has to be known is a variable. */
function bodyOf({ requestBody, operationId }: Operation, { body }: Changes): string | undefined {
  const example = body ?? requestBody?.content["application/json"].example;
  if (typeof example !== "object" || example === null) return undefined;
  const shown: Record<string, unknown> = { ...example };
  if ("refresh_token" in shown) shown["refresh_token"] = "{{refreshToken}}";
  const isNew = body === undefined && operationId !== "login";
  if (isNew && "username" in shown) shown["username"] = "zoe-{{$guid}}";
  return JSON.stringify(shown, null, 2);
}

function authOf({ security }: Operation, { by }: Changes): Item["request"]["auth"] {
  const allowed = security.flatMap((one) => Object.keys(one).slice(0, 1));
  const first = Object.keys(security[0] ?? {})[0];
  const chosen = by !== undefined && allowed.includes(by) ? by : first;
  const variable = Object.entries(credentials).find(([name]) => name === chosen)?.[1];
  if (variable === undefined) return { type: "noauth" };
  return { type: "bearer", bearer: [{ key: "token", value: `{{${variable}}}`, type: "string" }] };
}

function testsOf({ responses }: Operation, keeps: Record<string, string>): string[] {
  const statuses = Object.keys(responses);
  const [success] = statuses;
  const kept = Object.entries(keeps).map(
    ([variable, value]) => `  pm.collectionVariables.set("${variable}", ${value});`,
  );
  return [
    `pm.test("is documented", () => pm.expect([${statuses.join(", ")}]).to.include(pm.response.code));`,
    `pm.test("succeeds", () => pm.response.to.have.status(${success}));`,
    ...(kept.length > 0
      ? [`if (pm.response.code === ${success}) {`, "  const reply = pm.response.json();", ...kept, "}"]
      : []),
  ];
}
