/** Requests by the OpenAPI document: mostly as its schemas want them, now and then with something else in a place. */
import * as fc from "fast-check";
import type { JsonSchema } from "../../scripts/openapi/schemas.ts";
import { resolve, type Operation, type Parameter } from "./contract.ts";
import { bodyOf, credentialOf } from "./example-request.ts";
import type { Residents } from "./residents.ts";

/** Behind the origin; a body that is text already. */
export type Request = { path: string; headers: Record<string, string>; body: string | undefined };

const longestText = 40;
const hostile = `0 -1 01 1e3 2147483648 9007199254740993 NaN null true [] {} ' " % %00 $ -- / \\ ../x ٣ ǅ`
  .split(" ")
  .concat(" ", "\u0000", "\u0007", "\ud800", "\u202e", "💬".repeat(300), "x".repeat(5000));
const strange = fc.oneof(fc.constantFrom<unknown>(...hostile), fc.jsonValue());
const strangeText = fc.oneof(fc.constantFrom(...hostile), fc.string({ unit: "binary", minLength: 1 }));
const mostly = <T>(arbitrary: fc.Arbitrary<T>, otherwise: fc.Arbitrary<T>): fc.Arbitrary<T> =>
  fc.oneof({ weight: 12, arbitrary }, { weight: 1, arbitrary: otherwise });

const seldom = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.oneof({ weight: 4, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary });

function textOf({ pattern, format, minLength = 0, maxLength = longestText, examples = [] }: TextSchema) {
  if (format === "uuid") return fc.uuid();
  if (format === "uri") return fc.webUrl();
  if (format === "date-time") return fc.date({ noInvalidDate: true }).map((date) => date.toISOString());
  if (pattern !== undefined) return fc.stringMatching(new RegExp(pattern));
  const text = fc.string({ unit: "grapheme", minLength, maxLength: Math.min(maxLength, longestText) });
  return examples.length > 0 ? fc.oneof(text, fc.constantFrom(...examples)) : text;
}
type TextSchema = {
  pattern?: string;
  format?: string;
  minLength?: number;
  maxLength?: number;
  examples?: string[];
};

function objectOf({ properties, required = [] }: JsonSchema): fc.Arbitrary<unknown> {
  if (!properties) return fc.dictionary(fc.string(), fc.jsonValue(), { maxKeys: 4 });
  const entries = Object.entries(properties as Record<string, JsonSchema>);
  const model = Object.fromEntries(entries.map(([name, one]) => [name, mostly(valueOf(one), strange)]));
  return fc.record(model, { requiredKeys: required as string[] });
}

/** A value that a schema allows, as far as JSON Schema can tell. */
function valueOf(given: JsonSchema): fc.Arbitrary<unknown> {
  const schema = resolve(given) as JsonSchema;
  if ("const" in schema) return fc.constant(schema["const"]);
  if ("enum" in schema) return fc.constantFrom(...(schema["enum"] as unknown[]));
  if ("anyOf" in schema) return fc.oneof(...(schema["anyOf"] as JsonSchema[]).map(valueOf));
  switch (schema["type"]) {
    case "integer": {
      const { minimum: min = 0, maximum: max = 2 ** 31 } = schema as { minimum?: number; maximum?: number };
      return fc.oneof(fc.integer({ min, max: Math.min(max, min + 5) }), fc.constantFrom(min, max));
    }
    case "boolean":
      return fc.boolean();
    case "null":
      return fc.constant(null);
    case "object":
      return objectOf(schema);
    default:
      return textOf(schema as TextSchema);
  }
}

/** What would lead to another address is left out. */
const isSegment = (text: string): boolean => !["", ".", "..", "me", "common"].includes(text);
const encode = (value: unknown): string =>
  encodeURIComponent(typeof value === "string" ? value.toWellFormed() : JSON.stringify(value));

function segmentOf(
  { name, schema, example }: Parameter,
  { token, session }: Residents,
): fc.Arbitrary<string> {
  if (name === "application_token") return mostly(fc.constant(token), fc.uuid());
  if (name === "session_id") return mostly(fc.constant(session), fc.uuid());
  return mostly(
    fc.oneof(fc.constant(example), valueOf(schema)).map(String),
    strangeText.filter(isSegment).map((text) => text.slice(0, 500)),
  );
}

const headerText = fc.stringMatching(/^[!-~]{1,80}$/);
function headerOf({ name, schema }: Parameter): fc.Arbitrary<string | undefined> {
  const good =
    name === "If-Match" ? fc.constantFrom("*", '"1"', '"2"', '"1.2"') : valueOf(schema).map(String);
  return seldom(mostly(good, headerText));
}

const within = (parameters: readonly Parameter[], place: string): Parameter[] =>
  parameters.filter((one) => one.in === place);

/** By anybody: nobody, a user, the application's server, or who has made something up. */
export function requestOf(operation: Operation, residents: Residents): fc.Arbitrary<Request> {
  const { path, parameters, body } = operation;
  const query = within(parameters, "query");
  const { accessToken, secret } = residents;
  const own = credentialOf(operation, residents);
  const example: unknown = JSON.parse(bodyOf(operation, residents) ?? "null");
  return fc
    .record({
      segments: fc.record(
        Object.fromEntries(within(parameters, "path").map((one) => [one.name, segmentOf(one, residents)])),
      ),
      query: fc.record(
        Object.fromEntries(
          query.map(({ name, schema, required }) => {
            const value = mostly(valueOf(schema), strangeText);
            return [name, required ? value : seldom(value)];
          }),
        ),
      ),
      more: seldom(headerText),
      headers: fc.record(
        Object.fromEntries(within(parameters, "header").map((one) => [one.name, headerOf(one)])),
      ),
      credential: mostly(fc.constantFrom(undefined, accessToken, secret, own, own), headerText),
      body: body
        ? mostly(fc.oneof(fc.constant(example), valueOf(body.schema)), strange)
        : fc.constant(undefined),
    })
    .map(({ segments, query: asked, more, headers, credential, body: content }) => {
      const address = Object.entries(segments).reduce(
        (whole, [name, value]) => whole.replace(`{${name}}`, encode(value)),
        path,
      );
      const search = [...Object.entries(asked), ...(more === undefined ? [] : [[more, "1"] as const])]
        .filter(([, value]) => value !== undefined)
        .map(([name, value]) => `${encode(name)}=${encode(value)}`);
      const given = Object.entries({
        ...headers,
        Authorization: credential && `Bearer ${credential}`,
        "Content-Type": content === undefined ? undefined : "application/json",
      }).filter((entry): entry is [string, string] => entry[1] !== undefined);
      return {
        path: search.length > 0 ? `${address}?${search.join("&")}` : address,
        headers: Object.fromEntries(given),
        body: content === undefined ? undefined : JSON.stringify(content),
      };
    });
}
