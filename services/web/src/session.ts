/** Which applications this browser knows, and who is logged in there: in its storage, which its tabs share. */
import { createParley, ParleyError, type Parley, type Tokens } from "@parley/client";

export type KnownApplication = { token: string; name: string };
type Session = Tokens & { expires_at?: number };

const applicationsKey = "parley.applications";
const sessionKey = (token: string): string => `parley.session.${token}`;
const guestKey = (token: string): string => `parley.guest.${token}`;
const mostKnown = 12;
/** A token that is as good as expired is not handed on. */
const shortestMs = 30_000;

export function readStored<T>(key: string): T | undefined {
  try {
    return JSON.parse(localStorage.getItem(key) ?? "null") ?? undefined;
  } catch {
    return undefined;
  }
}

/** Undefined takes it away. A storage that is full or forbidden keeps nothing. */
export function store(key: string, value: unknown): void {
  try {
    if (value === undefined) localStorage.removeItem(key);
    else localStorage.setItem(key, JSON.stringify(value));
  } catch {
    // It is then gone with the page.
  }
}

export const knownApplications = (): KnownApplication[] =>
  readStored<KnownApplication[]>(applicationsKey) ?? [];

/** The newest comes first. */
export function rememberApplication(application: KnownApplication): void {
  const others = knownApplications().filter(({ token }) => token !== application.token);
  store(applicationsKey, [application, ...others].slice(0, mostKnown));
}

/** With everything that is kept of it: every key of an application has its token in it. */
export function forgetApplication(token: string): void {
  store(
    applicationsKey,
    knownApplications().filter((one) => one.token !== token),
  );
  for (const key of Object.keys(localStorage)) if (key.includes(token)) localStorage.removeItem(key);
  setGuest(token, false);
}

const readSession = (token: string): Session | undefined => readStored<Session>(sessionKey(token));

export function writeSession(token: string, tokens: Tokens): void {
  store(sessionKey(token), { ...tokens, expires_at: Date.now() + tokens.expires_in * 1000 });
}

export const isGuest = (token: string): boolean => sessionStorage.getItem(guestKey(token)) !== null;

export function setGuest(token: string, is: boolean): void {
  if (is) sessionStorage.setItem(guestKey(token), "yes");
  else sessionStorage.removeItem(guestKey(token));
}

/** The same for all tokens of a login; undefined for none. */
const loginOf = (session: Pick<Tokens, "refresh_token"> | undefined): string | undefined =>
  session?.refresh_token.split(".", 1)[0];

export type Opened = {
  parley: Parley;
  isLoggedIn: boolean;
  /** Takes the session away if it is still this one. */
  forget: () => void;
  /** Calls back when another tab has logged in or out; gives what stops that. */
  watch: (onOther: () => void) => () => void;
};

/** As whoever is logged in now. A refresh token is good once, so of all tabs one renews it, and the others take what it got. */
export function openParley(token: string): Opened {
  const session = readSession(token);
  const login = loginOf(session);
  let isForgotten = false;

  async function renewAlone(renew: () => Promise<Tokens>, refreshToken: string | undefined): Promise<Tokens> {
    const kept = readSession(token);
    if (isForgotten || loginOf(kept) !== login) throw loggedOut();
    const leftMs = (kept?.expires_at ?? 0) - Date.now();
    if (kept && kept.refresh_token !== refreshToken && leftMs > shortestMs) {
      return { ...kept, expires_in: Math.floor(leftMs / 1000) };
    }
    const renewed = await renew();
    if (!isForgotten) writeSession(token, renewed);
    return renewed;
  }

  const parley = createParley({
    url: location.origin,
    applicationToken: token,
    ...(session && { accessToken: session.access_token, refreshToken: session.refresh_token }),
    renewing: (renew, refreshToken) => alone(sessionKey(token), () => renewAlone(renew, refreshToken)),
  });
  return {
    parley,
    isLoggedIn: session !== undefined,
    forget(): void {
      isForgotten = true;
      if (loginOf(readSession(token)) === login) store(sessionKey(token), undefined);
    },
    watch(onOther) {
      const onStorage = ({ key }: StorageEvent): void => {
        if (key === sessionKey(token) && loginOf(readSession(token)) !== login) onOther();
      };
      addEventListener("storage", onStorage);
      return () => removeEventListener("storage", onStorage);
    },
  };
}

function loggedOut(): ParleyError {
  const detail = "Another tab has logged out, or in as somebody else.";
  return new ParleyError({ type: "about:blank", title: "Logged out", status: 401, detail });
}

const leaseMs = 10_000;
const settleMs = 100;
const mostTurns = 100;

/** Browsers have locks over TLS and on the own machine only; elsewhere tabs take turns by a mark in the storage. */
async function alone<T>(name: string, work: () => Promise<T>): Promise<T> {
  if ("locks" in navigator) return navigator.locks.request(name, work);
  const [key, mark] = [`${name}.turn`, Math.random()];
  type Turn = { mark: number; until: number };
  // A storage that keeps nothing makes nobody wait for ever.
  for (let tries = 0; tries < mostTurns; tries += 1) {
    const turn = readStored<Turn>(key);
    if (turn?.mark === mark) break;
    if (!turn || turn.until < Date.now()) store(key, { mark, until: Date.now() + leaseMs });
    // Of several that wrote at the same moment, the last one stays.
    await new Promise((resolve) => setTimeout(resolve, settleMs * (1 + Math.random())));
  }
  return work().finally(() => store(key, undefined));
}
