/** Sends what the OpenAPI document gives as an example, with real tokens in the places of made-up ones. */
import type { Operation, Parameter, Reply } from "./contract.ts";
import { patientFetch } from "../support/patient-fetch.ts";
import type { Residents } from "./residents.ts";

export type Sent = {
  /** Parameters beside those that are required. */
  also?: readonly Parameter[];
  body?: string;
  headers?: Record<string, string>;
};

/** After these other requests would not succeed any more, so they have an application of their own. */
export const isFinal =
  /^((put|change)(Application|User)|delete|block|logout|renewTokens|createSecret|createUser)/;

/** What the first of who may call sends behind `Bearer`. */
export function credentialOf(
  { security: [first = {}] }: Operation,
  residents: Residents,
): string | undefined {
  if ("accessToken" in first) return residents.accessToken;
  return "applicationSecret" in first ? residents.secret : undefined;
}

function valueOf({ name, example }: Parameter, { token, session }: Residents): string {
  if (name === "application_token") return token;
  return name === "session_id" ? session : String(example);
}

/** The example, as text. */
export function bodyOf({ body }: Operation, { refreshToken }: Residents): string | undefined {
  const example = body?.example as Record<string, unknown> | undefined;
  if (!example) return undefined;
  return JSON.stringify("refresh_token" in example ? { refresh_token: refreshToken } : example);
}

/** As the document has it; what is not possible right now is asked for again, as it says. */
export async function send(
  url: string,
  operation: Operation,
  residents: Residents,
  { also = [], ...sent }: Sent = {},
): Promise<Reply> {
  const { method, parameters } = operation;
  const used = [...parameters.filter(({ required }) => required), ...also];
  const address = new URL(url);
  address.pathname = used
    .filter((one) => one.in === "path")
    .reduce(
      (path, one) => path.replace(`{${one.name}}`, encodeURIComponent(valueOf(one, residents))),
      operation.path,
    );
  for (const one of used.filter((query) => query.in === "query")) {
    address.searchParams.set(one.name, valueOf(one, residents));
  }
  const body = sent.body ?? bodyOf(operation, residents);
  const credential = credentialOf(operation, residents);
  const headers = {
    ...(credential !== undefined && { Authorization: `Bearer ${credential}` }),
    ...(body !== undefined && { "Content-Type": "application/json" }),
    ...Object.fromEntries(
      used.filter((one) => one.in === "header").map((one) => [one.name, String(one.example)]),
    ),
    ...sent.headers,
  };
  const reply = await patientFetch(address, { method, headers, ...(body !== undefined && { body }) }, true);
  return { status: reply.status, headers: reply.headers, text: await reply.text() };
}
