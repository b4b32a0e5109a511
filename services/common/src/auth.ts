/** Who is calling: access token, application secret or operator key, all as `Authorization: Bearer …`. */
import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import { isIP } from "node:net";
import type { Request } from "express";
import { problem, type Problem } from "./problem.ts";

/** HMAC of token and version under the server's key: not stored anywhere, and replaced by raising the version. */
export function applicationSecret(serverKey: string, token: string, version: number): string {
  return createHmac("sha256", serverKey).update(`application-secret:${token}:${version}`).digest("base64url");
}

/** Compares digests, so that neither length nor content shows in the time taken. */
function isEqual(given: string, expected: string): boolean {
  const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}

/** An access token has three parts; no secret has a dot. */
const accessToken = /^[\w-]+\.[\w-]+\.[\w-]*$/;

/** What a request carries, unproven. */
export type Credential =
  { kind: "none" } | { kind: "access-token"; accessToken: string } | { kind: "secret"; secret: string };

export function parseCredential(req: Request): Credential {
  return credentialOf(parseBearer(req));
}

/** @param given what follows `Bearer` */
export function credentialOf(given: string | undefined): Credential {
  if (given === undefined) return { kind: "none" };
  return accessToken.test(given)
    ? { kind: "access-token", accessToken: given }
    : { kind: "secret", secret: given };
}

function parseBearer(req: Request): string | undefined {
  return /^Bearer +([^\s]+)$/i.exec(req.get("authorization") ?? "")?.[1];
}

/** @param what is needed, with its article */
export function credentialMissing(what: string): Problem {
  return problem("credential-missing", `This needs ${what}: add -H 'Authorization: Bearer …'.`, {
    headers: { "WWW-Authenticate": "Bearer" },
  });
}

/** @throws Problem credential-wrong (403) */
export function requireSecret(given: string, accepted: readonly (string | undefined)[], what: string): void {
  if (!accepted.some((one) => one !== undefined && isEqual(given, one))) {
    throw problem("credential-wrong", `This needs ${what}; the one given is not it.`);
  }
}

/**
 * @param accepted the credentials that will do here
 * @throws Problem credential-missing (401), credential-wrong (403)
 */
export function requireBearer(req: Request, accepted: readonly (string | undefined)[], what: string): void {
  const given = parseBearer(req);
  if (given === undefined) throw credentialMissing(what);
  requireSecret(given, accepted, what);
}

type OperatorRules = { operatorKey: string | undefined; bind: string; openApplications: boolean };
type OperatorGuard = { list: (req: Request) => void; create: (req: Request) => void };

function isLoopback(address: string): boolean {
  return (
    address === "localhost" || (isIP(address) !== 0 && (address.startsWith("127.") || address === "::1"))
  );
}

/** Of the address that was asked for, as the client wrote it: no proxy's word counts here. */
function isToLoopback(req: Request): boolean {
  return isLoopback((req.headers.host ?? "").replace(/:\d+$/, "").replace(/^\[(.*)\]$/, "$1"));
}

/**
 * Guards what spans applications. On loopback everybody is the operator who asks for a loopback address; elsewhere, and
 * where another proxy or a name that was made to lead here stands before it, the key decides.
 * @throws Error at start when the product would be public without a key
 */
export function createOperatorGuard({ operatorKey, bind, openApplications }: OperatorRules): OperatorGuard {
  const isPublic = !isLoopback(bind);
  if (isPublic && operatorKey === undefined) {
    throw new Error(`PARLEY_BIND=${bind} is public: set OPERATOR_KEY, try \`openssl rand -hex 32\`.`);
  }
  const require = (req: Request): void => requireBearer(req, [operatorKey], "the operator key");
  const isOperator = (req: Request): boolean => !isPublic && isToLoopback(req);
  return {
    list: (req) => isOperator(req) || require(req),
    create: (req) => isOperator(req) || openApplications || require(req),
  };
}
