/** Who is at the console. What opens everything is kept for this tab only, and gone with it. */
import { createParley, type Parley } from "@parley/client";

/** Without a key: where everybody on this machine is the operator. */
export type Credential = { kind: "operator"; key?: string } | { kind: "application"; token: string };

const credentialKey = "parley.console";
const secretKey = (token: string): string => `parley.console.secret.${token}`;

export function readCredential(): Credential | undefined {
  const kept = sessionStorage.getItem(credentialKey);
  return kept === null ? undefined : (JSON.parse(kept) as Credential);
}

export const writeCredential = (credential: Credential): void =>
  sessionStorage.setItem(credentialKey, JSON.stringify(credential));

/** Secrets as well. */
export function forgetCredentials(): void {
  for (const key of Object.keys(sessionStorage)) {
    if (key.startsWith(credentialKey)) sessionStorage.removeItem(key);
  }
}

export const readSecret = (token: string): string | undefined =>
  sessionStorage.getItem(secretKey(token)) ?? undefined;

export const writeSecret = (token: string, secret: string): void =>
  sessionStorage.setItem(secretKey(token), secret);

export const openAsOperator = (key: string | undefined): Parley =>
  createParley({
    url: location.origin,
    timeoutMs: 2500,
    tries: 1,
    ...(key !== undefined && { secret: key }),
  });

/** As the application's own server if its secret is known here, else as a guest, who sees no private chats. */
export function openApplication(token: string, secret = readSecret(token)): Parley {
  return createParley({
    url: location.origin,
    applicationToken: token,
    timeoutMs: 5000,
    ...(secret !== undefined && { secret }),
  });
}
