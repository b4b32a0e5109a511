/** What a client does by a frame is done by the same HTTP requests that it could have sent, with its own credential. */
import type { Credential } from "@parley/common/auth";
import { problem, unconfirmed } from "@parley/common/problem";
import type { Identity } from "./connection.ts";

/** Longer than a service takes to say that it cannot. */
const timeoutMs = 10_000;

type Method = "POST" | "PATCH" | "PUT" | "DELETE";
/** `path`: behind the application. */
type Asked = { method: Method; path: string; body?: object; key?: string | undefined };
export type Upstream = ReturnType<typeof createUpstream>;

/** A problem in the words of the service that has refused. */
export class Refusal extends Error {
  readonly told: object;

  constructor(told: object) {
    super("refused");
    this.told = told;
  }
}

function bearerOf(credential: Credential): Record<string, string> {
  switch (credential.kind) {
    case "none":
      return {};
    case "access-token":
      return { Authorization: `Bearer ${credential.accessToken}` };
    case "secret":
      return { Authorization: `Bearer ${credential.secret}` };
  }
}

export function createUpstream({ createUrl, readUrl }: { createUrl: string; readUrl: string }) {
  /** @throws Refusal, Problem unavailable, unconfirmed */
  return async (
    { token, credential }: Identity,
    { method, path, body, key }: Asked,
  ): Promise<Record<string, unknown>> => {
    const url = new URL(`/api/applications/${token}/${path}`, method === "POST" ? createUrl : readUrl);
    const response = await fetch(url, {
      method,
      headers: {
        ...bearerOf(credential),
        ...(key !== undefined && { "Idempotency-Key": key }),
        ...(body && { "Content-Type": "application/json" }),
      },
      ...(body && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(timeoutMs),
    }).catch((cause: unknown) => {
      throw method === "POST"
        ? unconfirmed(cause)
        : problem("unavailable", "This cannot be done right now.", { cause });
    });
    if (response.status === 204) return {};
    const told = (await response.json()) as Record<string, unknown>;
    if (response.ok) return told;
    const { instance: _, ...refused } = told;
    throw new Refusal(refused);
  };
}
