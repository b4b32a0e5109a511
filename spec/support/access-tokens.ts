/** Access tokens that account-service would not give, signed with its own key or another one. */
import { readFileSync } from "node:fs";
import {
  importJWK,
  SignJWT,
  type CryptoKey,
  type JWK,
  type JWTHeaderParameters,
  type JWTPayload,
} from "jose";

/** `claims` and `header` beside, or in place of, what a good token has; undefined leaves out. */
export type Forged = {
  claims?: Record<string, unknown>;
  header?: Record<string, unknown>;
  key?: CryptoKey;
};

/** @param token a good one, which it is made after */
export async function forge(
  keysFile: string,
  token: string,
  { claims, header, key }: Forged,
): Promise<string> {
  const [first] = (JSON.parse(readFileSync(keysFile, "utf8")) as { keys: [JWK & { kid: string }] }).keys;
  const good = JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString()) as JWTPayload;
  return new SignJWT({ ...good, ...claims } as JWTPayload)
    .setProtectedHeader({ alg: "EdDSA", kid: first.kid, typ: "at+jwt", ...header } as JWTHeaderParameters)
    .sign(key ?? ((await importJWK(first, "EdDSA")) as CryptoKey));
}
