/** The catalogue of everything that can be refused, and its one way out: application/problem+json (RFC 9457). */
import type { ErrorRequestHandler, RequestHandler, Response } from "express";
import type { z } from "zod";
import type { Logger } from "./log.ts";

/** slug → status, title. A slug is never reused for another meaning. */
export const catalogue = {
  "bad-request": [400, "The request cannot be read"],
  "malformed-json": [400, "The body is not JSON in UTF-8"],
  "idempotency-key-invalid": [400, "This idempotency key cannot be used"],
  "credential-missing": [401, "A credential is needed"],
  "access-token-invalid": [401, "This access token is not valid"],
  "login-failed": [401, "This login is not valid"],
  "refresh-token-invalid": [401, "This refresh token is not valid"],
  "credential-wrong": [403, "This credential does not open this"],
  "user-blocked": [403, "This user is blocked"],
  "not-found": [404, "Nothing is at this address"],
  "application-not-found": [404, "There is no such application"],
  "chat-not-found": [404, "There is no such chat"],
  "message-not-found": [404, "There is no such message"],
  "user-not-found": [404, "There is no such user"],
  "member-not-found": [404, "There is no such member"],
  "session-not-found": [404, "There is no such session"],
  "method-not-allowed": [405, "This address does not take this method"],
  "last-owner": [409, "The chat would have no owner"],
  "username-taken": [409, "This user name is taken"],
  "application-deleted": [410, "The application was deleted"],
  "chat-deleted": [410, "The chat was deleted"],
  "message-deleted": [410, "The message was deleted"],
  "user-deleted": [410, "The user was deleted"],
  "number-void": [410, "This number stands for no content"],
  "stale-etag": [412, "The record has changed since it was read"],
  "body-too-large": [413, "The body is too large"],
  "unsupported-media-type": [415, "The body has an unsupported media type"],
  invalid: [422, "Some values are not acceptable"],
  "upgrade-required": [426, "This address takes WebSockets only"],
  "idempotency-key-reused": [422, "This idempotency key was used for something else"],
  "too-many-requests": [429, "Too many requests"],
  internal: [500, "Something went wrong here"],
  unavailable: [503, "This cannot be done right now"],
  unconfirmed: [503, "It is not known whether this was accepted"],
  overloaded: [503, "Too much is waiting already"],
} as const satisfies Record<string, readonly [number, string]>;

export type ProblemSlug = keyof typeof catalogue;
export type FieldError = { pointer: string; detail: string };
type Extra = { errors?: FieldError[]; headers?: Record<string, string>; cause?: unknown };

export class Problem extends Error {
  readonly slug: ProblemSlug;
  readonly status: number;
  readonly errors: FieldError[] | undefined;
  readonly headers: Record<string, string>;

  constructor(slug: ProblemSlug, detail: string, { errors, headers = {}, cause }: Extra) {
    super(detail, { cause });
    this.name = "Problem";
    this.slug = slug;
    this.status = catalogue[slug][0];
    this.errors = errors;
    this.headers = this.status === 503 ? { "Retry-After": "1", ...headers } : headers;
  }
}

/** @example throw problem("chat-not-found", `No chat ${number} in this application.`) */
export function problem(slug: ProblemSlug, detail: string, extra: Extra = {}): Problem {
  return new Problem(slug, detail, extra);
}

/** What became of a record is not known. */
export function unconfirmed(cause: unknown): Problem {
  const detail =
    "It may have been accepted: send it again with the same Idempotency-Key, or look for it first.";
  return problem("unconfirmed", detail, { cause });
}

/**
 * The value as `schema` types it.
 * @throws Problem `invalid` (422) with one pointer per fault.
 */
export function parse<S extends z.ZodType>(schema: S, value: unknown): z.infer<S> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const errors = result.error.issues.flatMap((issue) => {
    const pointer = issue.path.map((part) => `/${String(part)}`).join("");
    if (issue.code !== "unrecognized_keys") return [{ pointer, detail: issue.message }];
    return issue.keys.map((key) => ({ pointer: `${pointer}/${key}`, detail: "is not known here" }));
  });
  const first = errors[0];
  throw problem("invalid", first ? `${first.pointer || "The body"}: ${first.detail}` : "Not acceptable.", {
    errors,
  });
}

/** Errors of Express and its body parser, told in our words; what is nobody's fault but ours is `internal`. */
export function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  const { type, status } = (error ?? {}) as { type?: string; status?: number };
  if (type === "encoding.unsupported") {
    return problem("unsupported-media-type", "Send the body as it is, without Content-Encoding.");
  }
  if (type === "entity.parse.failed" || type === "entity.verify.failed") {
    return problem("malformed-json", (error as Error).message);
  }
  if (status !== undefined && status >= 400 && status < 500) {
    return problem("bad-request", "The request is malformed.", { cause: error });
  }
  return problem("internal", "The fault is on this side and has been logged.", { cause: error });
}

export function presentProblem({ slug, status, message, errors }: Problem) {
  const known = slug !== "bad-request" && slug !== "internal";
  const type = known ? `/problems/${slug}` : "about:blank";
  return { type, title: catalogue[slug][1], status, detail: message, ...(errors && { errors }) };
}

function write(res: Response, fault: Problem): void {
  const { errors, ...told } = presentProblem(fault);
  const instance = res.locals["requestId"] as string;
  res
    .status(fault.status)
    .set(fault.headers)
    .type("application/problem+json")
    .send(JSON.stringify({ ...told, instance, errors }));
}

/** The only place that writes an error. 5xx keep their cause to the log. */
export function problemHandler(log: Logger): ErrorRequestHandler {
  return (error, _req, res, next) => {
    const fault = toProblem(error);
    if (fault.status === 500) log.error({ err: error, requestId: res.locals["requestId"] }, "request failed");
    if (res.headersSent) next(error);
    else write(res, fault);
  };
}

export const noSuchAddress: RequestHandler = (req) => {
  throw problem("not-found", `Nothing is at ${req.path}.`);
};
