/** Access tokens: short-lived JWTs, signed by account-service with Ed25519, that say which user of which application is calling. */
import {
  createLocalJWKSet,
  createRemoteJWKSet,
  errors,
  jwtVerify,
  SignJWT,
  type CryptoKey,
  type JWTVerifyGetKey,
} from "jose";
import { LRUCache } from "lru-cache";
import { z } from "zod";
import { problem, type Problem } from "./problem.ts";

const algorithm = "EdDSA";
const issuer = "parley";
const type = "at+jwt";
const clockToleranceSeconds = 5;
const longest = 4096;
/** Keys that nobody has made are asked for no more often: so long a new one may be refused while somebody does. */
const keysCooldownMs = 100;
const keysTimeoutMs = 2000;
/** For how long an account-service that does not answer is not asked again. */
const keysAwayMs = 5000;
const remembered = 10_000;
const rememberedMs = 60_000;

/** The user that a token names, as of the moment in which it was signed. `session`: the login it belongs to. */
export type TokenUser = { number: number; session: string; username: string; displayName?: string };
export type VerifyAccessToken = (accessToken: string, applicationToken: string) => Promise<TokenUser>;

const Claims = z.object({
  sub: z.string().regex(/^[1-9][0-9]{0,9}$/),
  sid: z.uuid(),
  exp: z.number(),
  username: z.string(),
  display_name: z.string().optional(),
});

export function signAccessToken(
  { number, session, username, displayName }: TokenUser,
  applicationToken: string,
  { key, kid, seconds }: { key: CryptoKey; kid: string; seconds: number },
): Promise<string> {
  return new SignJWT({ sid: session, username, display_name: displayName })
    .setProtectedHeader({ alg: algorithm, kid, typ: type })
    .setIssuer(issuer)
    .setAudience(applicationToken)
    .setSubject(String(number))
    .setIssuedAt()
    .setExpirationTime(`${seconds}s`)
    .sign(key);
}

export function invalidAccessToken(cause?: unknown): Problem {
  return problem(
    "access-token-invalid",
    "The access token is expired, ended, or not one of this application.",
    {
      headers: { "WWW-Authenticate": 'Bearer error="invalid_token"' },
      cause,
    },
  );
}

/** The public keys could not be read; nothing is known of the token. */
function isKeysAway(err: unknown): boolean {
  return (
    !(err instanceof errors.JOSEError) || err.code === "ERR_JKS_TIMEOUT" || err.code === "ERR_JOSE_GENERIC"
  );
}

/** The keys that account-service tells; asked again for one that is not among them. While it is away, those known are used. */
export function fetchedKeys(accountServiceUrl: string): JWTVerifyGetKey {
  const fetched = createRemoteJWKSet(new URL("/.well-known/jwks.json", accountServiceUrl), {
    cooldownDuration: keysCooldownMs,
    timeoutDuration: keysTimeoutMs,
  });
  let awayUntil = 0;
  return async (header, token) => {
    const known = fetched.jwks();
    if (known && performance.now() < awayUntil) return createLocalJWKSet(known)(header, token);
    try {
      return await fetched(header, token);
    } catch (err) {
      if (!known || !isKeysAway(err)) throw err;
      awayUntil = performance.now() + keysAwayMs;
      return createLocalJWKSet(known)(header, token);
    }
  };
}

/** Verified tokens are remembered for a while: a signature costs more than all else of a request. */
export function createVerifyAccessToken(keys: JWTVerifyGetKey): VerifyAccessToken {
  const known = new LRUCache<string, { user: TokenUser; application: string; expiresAt: number }>({
    max: remembered,
    ttl: rememberedMs,
  });

  /** @throws Problem access-token-invalid (401), unavailable */
  return async (accessToken, applicationToken) => {
    const before = known.get(accessToken);
    const isGood = before?.application === applicationToken && before.expiresAt > Date.now();
    if (before && isGood) return before.user;
    if (accessToken.length > longest) throw invalidAccessToken();
    const { payload } = await jwtVerify(accessToken, keys, {
      algorithms: [algorithm],
      issuer,
      audience: applicationToken,
      typ: type,
      clockTolerance: clockToleranceSeconds,
      requiredClaims: ["exp", "sub", "sid"],
    }).catch((cause: unknown) => {
      throw isKeysAway(cause)
        ? problem("unavailable", "Access tokens cannot be checked right now.", { cause })
        : invalidAccessToken(cause);
    });
    const claims = Claims.safeParse(payload);
    if (!claims.success) throw invalidAccessToken(claims.error);
    const { sub, sid, exp, username, display_name: displayName } = claims.data;
    const user = {
      number: Number(sub),
      session: sid,
      username,
      ...(displayName !== undefined && { displayName }),
    };
    const expiresAt = (exp + clockToleranceSeconds) * 1000;
    known.set(accessToken, { user, application: applicationToken, expiresAt });
    return user;
  };
}
