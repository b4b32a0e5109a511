/** Requests: who asks, how long it may take, what is tried again, and how a token is renewed on the way. */
import { noAnswer, ParleyError, type Problem } from "./errors.ts";
import type { Login, Tokens } from "./types.ts";

export type HttpOptions = {
  /** Such as `https://chat.example.com`; what is behind it, `/api`, is added. */
  url: string;
  applicationToken?: string;
  accessToken?: string;
  refreshToken?: string;
  /** The application's secret, or the operator key: only on a server. */
  secret?: string;
  /** Told of renewed tokens, to keep them. */
  onTokens?: (tokens: Tokens) => void;
  /**
   * Runs the renewal of the token that is given, and gives what came of it. Where several share a session, as the tabs of a
   * browser do: one at a time, and not where another one has renewed it already.
   */
  renewing?: (renew: () => Promise<Tokens>, refreshToken: string | undefined) => Promise<Tokens>;
  /** How often a request is sent at most that may be repeated. */
  tries?: number;
  /** Until an answer is given up, in milliseconds. */
  timeoutMs?: number;
};

export type Asked = {
  /** Behind `/api/applications/<token>`, unless it begins with `/api`. */
  path: string;
  method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  query?: Readonly<Record<string, string | number | boolean | undefined>> | undefined;
  body?: object | undefined;
  /** An Idempotency-Key: with one a POST is sent again when nothing is known of it. */
  key?: string | undefined;
  ifMatch?: string | undefined;
  signal?: AbortSignal | undefined;
};
export type Answer<T> = { body: T; headers: Headers };
export type Http = ReturnType<typeof createHttp>;

const firstPauseMs = 200;
const longestPauseMs = 5000;
/** A token is renewed before it expires, so that no request meets an expired one. */
const renewBeforeMs = 30_000;

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Full jitter: whoever was refused at the same time does not come back at the same time. */
export function jittered(attempt: number, firstMs: number, longestMs: number): number {
  return Math.random() * Math.min(longestMs, firstMs * 2 ** attempt);
}

async function refusalOf(response: Response): Promise<ParleyError> {
  const otherwise = { type: "about:blank", title: response.statusText, detail: response.statusText };
  const told = (await response.json().catch(() => ({}))) as Partial<Problem>;
  const seconds = Number(response.headers.get("retry-after") ?? Number.NaN);
  return new ParleyError(
    { ...otherwise, ...told, status: response.status },
    Number.isNaN(seconds) ? {} : { retryAfterMs: seconds * 1000 },
  );
}

export function createHttp(options: HttpOptions) {
  const { secret, onTokens, renewing: around, tries = 4, timeoutMs = 15_000 } = options;
  let { accessToken, refreshToken } = options;
  let expiresAt = Number.POSITIVE_INFINITY;
  let renewing: Promise<void> | undefined;

  function urlOf({ path, query = {} }: Asked): URL {
    const application = `/api/applications/${options.applicationToken ?? ""}`;
    const url = new URL(path.startsWith("/api") ? path : `${application}${path}`, options.url);
    for (const [name, value] of Object.entries(query)) {
      if (value !== undefined) url.searchParams.set(name, String(value));
    }
    return url;
  }

  async function sendOnce(asked: Asked, bearer = accessToken ?? secret): Promise<Response> {
    const late = AbortSignal.timeout(timeoutMs);
    const signal = asked.signal ? AbortSignal.any([asked.signal, late]) : late;
    const headers: Record<string, string> = {
      ...(bearer && { Authorization: `Bearer ${bearer}` }),
      ...(asked.body && { "Content-Type": "application/json" }),
      ...(asked.key !== undefined && { "Idempotency-Key": asked.key }),
      ...(asked.ifMatch !== undefined && { "If-Match": asked.ifMatch }),
    };
    try {
      const response = await fetch(urlOf(asked), {
        method: asked.method ?? "GET",
        headers,
        signal,
        ...(asked.body && { body: JSON.stringify(asked.body) }),
      });
      if (!response.ok) throw await refusalOf(response);
      return response;
    } catch (err) {
      if (err instanceof ParleyError) throw err;
      throw noAnswer("Parley does not answer.", err);
    }
  }

  /** What may be repeated is, a few times, while it cannot be done. */
  async function send(asked: Asked): Promise<Response> {
    const method = asked.method ?? "GET";
    const mayRepeat = method === "GET" || method === "PUT" || asked.key !== undefined;
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await sendOnce(asked);
      } catch (err) {
        const isOver = attempt + 1 >= tries || asked.signal?.aborted;
        if (!(err instanceof ParleyError && err.isTemporary && mayRepeat) || isOver) throw err;
        const jitter = jittered(attempt, firstPauseMs, longestPauseMs);
        await pause(Math.min(longestPauseMs, (err.retryAfterMs ?? 0) + jitter));
      }
    }
  }

  function setTokens(tokens: Tokens | undefined): void {
    accessToken = tokens?.access_token;
    refreshToken = tokens?.refresh_token;
    expiresAt = tokens ? Date.now() + tokens.expires_in * 1000 : Number.POSITIVE_INFINITY;
    if (tokens) onTokens?.(tokens);
  }

  /** Asked for by several at once, it is renewed once: a refresh token is good for one renewal. */
  function renew(): Promise<void> {
    renewing ??= (async () => {
      const body = { refresh_token: refreshToken };
      const ask = async (): Promise<Tokens> => {
        const response = await sendOnce({ method: "POST", path: "/token/renew", body }, "");
        return (await response.json()) as Login;
      };
      setTokens(await (around ? around(ask, refreshToken) : ask()));
    })().finally(() => (renewing = undefined));
    return renewing;
  }

  /** @throws ParleyError */
  async function answer<T>(asked: Asked): Promise<Answer<T>> {
    if (renewing || (refreshToken !== undefined && Date.now() > expiresAt - renewBeforeMs)) await renew();
    const response = await send(asked).catch(async (err: unknown) => {
      const isOver = err instanceof ParleyError && err.type === "/problems/access-token-invalid";
      if (!isOver || refreshToken === undefined) throw err;
      await renew();
      return send(asked);
    });
    const text = await response.text();
    return { body: (text === "" ? undefined : JSON.parse(text)) as T, headers: response.headers };
  }

  return {
    answer,

    /** @throws ParleyError */
    ask: async <T>(asked: Asked): Promise<T> => (await answer<T>(asked)).body,

    /** All of a list, page by page, by its `Link` headers. */
    list: async function* <T>(this: void, asked: Asked): AsyncGenerator<T, void, undefined> {
      for (let next: Asked | undefined = asked; next;) {
        const { body, headers }: Answer<T[]> = await answer<T[]>(next);
        yield* body;
        const link: string | undefined = /<([^>]+)>; *rel="next"/.exec(headers.get("link") ?? "")?.[1];
        next = link === undefined ? undefined : { path: link, signal: asked.signal };
      }
    },

    renew,
    setTokens,
    get tokens() {
      return { accessToken, refreshToken, secret, applicationToken: options.applicationToken };
    },
    get canRenew(): boolean {
      return refreshToken !== undefined;
    },
    /** Where sockets are. */
    get socketUrl(): string {
      const url = new URL("/ws", options.url);
      url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
      return url.href;
    },
  };
}
