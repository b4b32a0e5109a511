/** Who is calling: application secret and operator key, both as `Authorization: Bearer …`. */
import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import { isIP } from "node:net";
import type { Request } from "express";
import { problem } from "./problem.ts";

/** HMAC of token and version under the server's key: not stored anywhere, and replaced by raising the version. */
export function applicationSecret(serverKey: string, token: string, version: number): string {
  return createHmac("sha256", serverKey).update(`application-secret:${token}:${version}`).digest("base64url");
}

/** Compares digests, so that neither length nor content shows in the time taken. */
function isEqual(given: string, expected: string): boolean {
  const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}

/**
 * @param accepted the credentials that will do here
 * @throws Problem credential-missing (401), credential-wrong (403)
 */
export function requireBearer(req: Request, accepted: readonly (string | undefined)[], what: string): void {
  const given = /^Bearer +([^\s]+)$/i.exec(req.get("authorization") ?? "")?.[1];
  if (given === undefined) {
    throw problem("credential-missing", `This needs ${what}: add -H 'Authorization: Bearer …'.`, {
      headers: { "WWW-Authenticate": "Bearer" },
    });
  }
  if (!accepted.some((one) => one !== undefined && isEqual(given, one))) {
    throw problem("credential-wrong", `This needs ${what}; the one given is not it.`);
  }
}

type OperatorRules = { operatorKey: string | undefined; bind: string; openApplications: boolean };
type OperatorGuard = { list: (req: Request) => void; create: (req: Request) => void };

function isLoopback(address: string): boolean {
  return (
    address === "localhost" || (isIP(address) !== 0 && (address.startsWith("127.") || address === "::1"))
  );
}

/**
 * Guards what spans applications. On loopback everybody is the operator; on any other address the key decides.
 * @throws Error at start when the product would be public without a key
 */
export function createOperatorGuard({ operatorKey, bind, openApplications }: OperatorRules): OperatorGuard {
  const isPublic = !isLoopback(bind);
  if (isPublic && operatorKey === undefined) {
    throw new Error(`PARLEY_BIND=${bind} is public: set OPERATOR_KEY, try \`openssl rand -hex 32\`.`);
  }
  const require = (req: Request): void => requireBearer(req, [operatorKey], "the operator key");
  return {
    list: (req) => isPublic && require(req),
    create: (req) => isPublic && !openApplications && require(req),
  };
}
