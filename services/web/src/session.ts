/** Which applications this browser knows, and who is logged in there: in its storage, which its tabs share. */
import { createParley, type Parley, type Tokens } from "@parley/client";

export type KnownApplication = { token: string; name: string };

const applicationsKey = "parley.applications";
const sessionKey = (token: string): string => `parley.session.${token}`;
const guestKey = (token: string): string => `parley.guest.${token}`;
const mostKnown = 12;

function read<T>(key: string): T | undefined {
  try {
    return JSON.parse(localStorage.getItem(key) ?? "null") ?? undefined;
  } catch {
    return undefined;
  }
}

export const knownApplications = (): KnownApplication[] => read<KnownApplication[]>(applicationsKey) ?? [];

/** The newest comes first. */
export function rememberApplication(application: KnownApplication): void {
  const others = knownApplications().filter(({ token }) => token !== application.token);
  localStorage.setItem(applicationsKey, JSON.stringify([application, ...others].slice(0, mostKnown)));
}

export function forgetApplication(token: string): void {
  const others = knownApplications().filter((one) => one.token !== token);
  localStorage.setItem(applicationsKey, JSON.stringify(others));
}

export const readSession = (token: string): Tokens | undefined => read<Tokens>(sessionKey(token));

export function writeSession(token: string, tokens: Tokens | undefined): void {
  if (tokens) localStorage.setItem(sessionKey(token), JSON.stringify(tokens));
  else localStorage.removeItem(sessionKey(token));
}

export const isGuest = (token: string): boolean => sessionStorage.getItem(guestKey(token)) !== null;

export function setGuest(token: string, is: boolean): void {
  if (is) sessionStorage.setItem(guestKey(token), "yes");
  else sessionStorage.removeItem(guestKey(token));
}

/** As whoever is logged in. A refresh token is good once, so of all tabs one renews it, and the others take what it got. */
export function openParley(token: string): Parley {
  const session = readSession(token);
  return createParley({
    url: location.origin,
    applicationToken: token,
    ...(session && { accessToken: session.access_token, refreshToken: session.refresh_token }),
    onTokens: (tokens) => writeSession(token, tokens),
    renewing: (renew, refreshToken) =>
      alone(sessionKey(token), async () => {
        const kept = readSession(token);
        if (kept && kept.refresh_token !== refreshToken) return kept;
        const renewed = await renew();
        writeSession(token, renewed);
        return renewed;
      }),
  });
}

/** Browsers have locks over TLS and on the own machine only. */
const alone = <T>(name: string, work: () => Promise<T>): Promise<T> =>
  "locks" in navigator ? navigator.locks.request(name, work) : work();
