/** What a reply of the real product has to be by the OpenAPI document, and what is wrong with one that is not. */
import { Ajv2020 } from "ajv/dist/2020.js";
import { fullFormats } from "ajv-formats/dist/formats.js";
import { createDocument, type Document } from "../../scripts/openapi/document.ts";
import { replyHeaders, type HeaderName } from "../../scripts/openapi/operation.ts";
import type { JsonSchema } from "../../scripts/openapi/schemas.ts";

export type Parameter = {
  name: string;
  in: string;
  required: boolean;
  schema: JsonSchema;
  example?: unknown;
};
type Response = {
  headers: Record<string, unknown>;
  content?: Record<string, { schema: JsonSchema }>;
};
export type Operation = {
  id: string;
  method: string;
  path: string;
  security: object[];
  parameters: Parameter[];
  body: { required: boolean; schema: JsonSchema; example: unknown } | undefined;
  /** By status. */
  responses: Record<string, Response>;
};
export type Reply = { status: number; headers: Headers; text: string };

const document = createDocument();

/** What a reference within the document leads to; anything else as it is. */
export function resolve(value: unknown): unknown {
  const { $ref: reference } = (value ?? {}) as { $ref?: string };
  if (reference === undefined) return value;
  const parts = reference.slice(2).split("/");
  return parts.reduce<unknown>((from, part) => (from as Record<string, unknown>)[part], document);
}

type Presented = Document["paths"][string][string];

function readOperation(path: string, method: string, presented: Presented): Operation {
  const { operationId: id, security, parameters, requestBody, responses } = presented;
  const json = requestBody?.content["application/json"];
  return {
    id,
    method: method.toUpperCase(),
    path,
    security,
    parameters: parameters.map((one) => resolve(one) as Parameter),
    body: requestBody && json && { required: requestBody.required, ...json },
    responses: Object.fromEntries(
      Object.entries(responses).map(([status, one]) => [status, resolve(one) as Response]),
    ),
  };
}

export const operations: readonly Operation[] = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, presented]) => readOperation(path, method, presented)),
);

/** The document lets clients meet what is new; a field that nobody has written down is a fault here. */
function close(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(close);
  if (typeof value !== "object" || value === null) return value;
  const closed = Object.fromEntries(Object.entries(value).map(([name, one]) => [name, close(one)]));
  const isOpen = closed["type"] === "object" && !("additionalProperties" in closed);
  return isOpen ? { ...closed, additionalProperties: false } : closed;
}

const options = { strict: false, allErrors: true, formats: fullFormats };
const ajv = new Ajv2020(options).addSchema({ $id: "http://parley/", ...(close(document) as object) });
const headerAjv = new Ajv2020({ ...options, coerceTypes: true });
const placed = (schema: JsonSchema): JsonSchema =>
  JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"http://parley/#/')) as JsonSchema;

function bodyFaults({ content }: Response, { headers, text }: Reply): string[] {
  const type = headers.get("content-type")?.split(";")[0] ?? "";
  if (!content) return text === "" ? [] : [`a body where there is to be none: ${text}`];
  const schema = content[type]?.schema;
  if (!schema) return [`the content type ${type}`];
  const value: unknown = JSON.parse(text);
  if (ajv.validate(placed(schema), value)) return [];
  return [`${ajv.errorsText()} in ${text}`];
}

function headerFaults({ headers: named }: Response, { headers }: Reply): string[] {
  return Object.entries(replyHeaders).flatMap(([name, header]) => {
    const value = headers.get(name as HeaderName);
    const isNamed = name in named;
    if (value === null) return isNamed && "required" in header ? [`no header ${name}`] : [];
    if (!isNamed) return [`the header ${name}, which is not documented`];
    const schema = { type: "object", properties: { value: header.schema } };
    return headerAjv.validate(schema, { value }) ? [] : [`the header ${name}: ${value}`];
  });
}

/** What the document does not allow about a reply; nothing, if all is well. */
export function faultsOf({ responses, method, path }: Operation, reply: Reply): string[] {
  const response = responses[reply.status];
  const faults = response
    ? [...headerFaults(response, reply), ...bodyFaults(response, reply)]
    : [`the status ${reply.status}: ${reply.text}`];
  return faults.map((fault) => `${method} ${path}: ${fault}`);
}
