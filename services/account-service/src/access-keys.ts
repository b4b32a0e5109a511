/** The keys that sign access tokens: a file with a JWK set of private Ed25519 keys, the first of which signs. */
import { generateKeyPairSync, randomUUID } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import type { Logger } from "@parley/common/log";
import { createLocalJWKSet, importJWK, type CryptoKey, type JWK, type JWTVerifyGetKey } from "jose";
import { z } from "zod";

const KeySet = z.object({
  keys: z
    .array(
      z.object({
        kty: z.literal("OKP"),
        crv: z.literal("Ed25519"),
        kid: z.string(),
        x: z.string(),
        d: z.string(),
      }),
    )
    .min(1),
});
type PrivateKey = z.infer<typeof KeySet>["keys"][number];

/** Older keys go on verifying what they have signed: how many are kept at a rotation. */
const keptKeys = 2;
const lookMs = 1000;

/** A new key before those of `text`, which is such a file's, or undefined when there is none yet. */
export function addAccessKey(text?: string): string {
  const { privateKey } = generateKeyPairSync("ed25519");
  const key = { ...privateKey.export({ format: "jwk" }), kid: randomUUID() };
  const older = text === undefined ? [] : KeySet.parse(JSON.parse(text)).keys;
  return JSON.stringify({ keys: [key, ...older.slice(0, keptKeys)] });
}

const toPublic = ({ kty, crv, kid, x }: PrivateKey): JWK => ({ kty, crv, kid, x, alg: "EdDSA", use: "sig" });

type Loaded = {
  publicKeys: { keys: JWK[] };
  verify: JWTVerifyGetKey;
  signer: { key: CryptoKey; kid: string };
};

async function load(file: string): Promise<Loaded> {
  const { keys } = KeySet.parse(JSON.parse(readFileSync(file, "utf8")));
  const publicKeys = { keys: keys.map(toPublic) };
  const [first] = keys as [PrivateKey];
  const key = (await importJWK(first, "EdDSA")) as CryptoKey;
  return { publicKeys, verify: createLocalJWKSet(publicKeys), signer: { key, kid: first.kid } };
}

export type AccessKeys = Awaited<ReturnType<typeof startAccessKeys>>;

/**
 * Reads the file, and again whenever it has changed.
 * @throws Error when there is no such file, or no key in it
 */
export async function startAccessKeys(file: string, log: Logger) {
  let loaded = await load(file);
  let changedAt = statSync(file).mtimeMs;
  async function look(): Promise<void> {
    const { mtimeMs } = statSync(file);
    if (mtimeMs === changedAt) return;
    loaded = await load(file);
    changedAt = mtimeMs;
    log.info({ kid: loaded.signer.kid }, "access keys have changed");
  }
  const timer = setInterval(() => {
    look().catch((err: unknown) => log.error({ err }, "access keys cannot be read, the former ones stay"));
  }, lookMs);
  const verify: JWTVerifyGetKey = (header, token) => loaded.verify(header, token);
  return {
    verify,
    /** A JWK set. */
    publicKeys: () => loaded.publicKeys,
    signer: () => loaded.signer,
    stop: (): void => clearInterval(timer),
  };
}
