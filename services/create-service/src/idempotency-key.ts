/** The Idempotency-Key of a request: whoever repeats it is given the number of the first time. */
import { createHash, createHmac } from "node:crypto";
import type { Caller } from "@parley/common/callers";
import { keyOfCaller } from "@parley/common/idempotency";
import { problem } from "@parley/common/problem";
import type { Draft } from "@parley/common/records";
import type { Request, Response } from "express";
import { v4 as uuid } from "uuid";
import type { Committed } from "./group-commit.ts";

/** As it is, or in quotes as the IETF's draft has it. */
const pattern = /^(?:([A-Za-z0-9_-]{1,64})|"([A-Za-z0-9_-]{1,64})")$/;
const uuidPattern = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const fingerprintLength = 22;

type Identity = Pick<Draft, "idempotency">;

/** @throws Problem idempotency-key-invalid */
function parseKey(req: Request): string | undefined {
  const header = req.get("idempotency-key");
  if (header === undefined) return undefined;
  const [, plain, quoted] = pattern.exec(header) ?? [];
  const key = plain ?? quoted;
  if (key === undefined) {
    throw problem("idempotency-key-invalid", "An Idempotency-Key has 1 to 64 letters, digits, - and _.");
  }
  return key;
}

/** @param asked what the request asks for, beside its parent, to which the key belongs */
const identityOf = (key: string, asked: readonly unknown[]): Identity => ({
  idempotency: {
    key,
    fingerprint: createHash("sha256")
      .update(JSON.stringify(asked))
      .digest("base64url")
      .slice(0, fingerprintLength),
  },
});

/** A key belongs to whoever calls. */
function keyFor(caller: Caller, key: string): string {
  switch (caller.kind) {
    case "guest":
      return key;
    case "user":
      return keyOfCaller(caller.user.number, key);
    case "server":
      return keyOfCaller("server", key);
  }
}

/**
 * What a draft carries of the request's key, if it has one.
 * @throws Problem idempotency-key-invalid
 */
export function parseIdempotency(req: Request, caller: Caller, asked: readonly unknown[]): Identity {
  const key = parseKey(req);
  return key === undefined ? {} : identityOf(keyFor(caller, key), asked);
}

/**
 * The same for an application, with its token, if it has a key: derived from that, so that a repeat is given the same
 * token even where nothing else is known of the first time.
 * @throws Problem idempotency-key-invalid
 */
export function parseApplicationIdentity(
  req: Request,
  serverKey: string,
  asked: readonly unknown[],
): Identity & { token?: string } {
  const key = parseKey(req)?.toLowerCase();
  if (key === undefined) return {};
  if (!uuidPattern.test(key)) {
    throw problem(
      "idempotency-key-invalid",
      "To create an application, the Idempotency-Key has to be a UUID: whoever knows it is given the secret.",
    );
  }
  const random = createHmac("sha256", serverKey).update(`application-token:${key}`).digest().subarray(0, 16);
  return { ...identityOf(key, asked), token: uuid({ random }) };
}

/** Writes the reply; a repeat's is the same, with a header that says so. */
export function sendCreated(res: Response, { replayed }: Committed, body: object): void {
  if (replayed) res.set("Idempotency-Replayed", "true");
  res.status(201).json(body);
}
